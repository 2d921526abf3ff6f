//! `#[pymethods]`: an `impl` block becomes the tables of a type.
//!
//! The functions stay as they are, without the attributes; beside them come `__METHODS`, `__GETSET`, `__CONSTS`,
//! `__slots` and `__SIGNATURE`, which the type's `#[pytype]` refers to.

use crate::attrs::{self, Options};
use crate::func::{Receiver, RustFn, Style, Wrapper};
use crate::pytype::{block_item, block_slots};
use crate::slots;
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Attribute, Error, ImplItem, ImplItemConst, ImplItemFn, ItemImpl, LitStr, Result, Type};

/// The options of `#[method]` and of what is like it.
pub const FUNCTION_OPTIONS: &[&str] = &["name", "sig", "doc", "leaf", "pure", "no_text"];
/// The attributes that make a function a native one.
const KINDS: [&str; 7] =
    ["slot", "method", "classmethod", "staticmethod", "getter", "setter", "constant"];

/// Expands `#[pymethods(args)] item`.
pub fn expand(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut extra: Option<LitStr> = None;
    attrs::options(args, |key, input| match key.to_string().as_str() {
        "extra" => {
            extra = Some(attrs::value(input)?);
            Ok(())
        }
        other => Err(Error::new(key.span(), format!("unknown option `{other}` of `#[pymethods]`"))),
    })?;
    let mut item: ItemImpl = syn::parse2(item)?;
    if let Some((_, path, _)) = &item.trait_ {
        return Err(Error::new(path.span(), "`#[pymethods]` stands on an inherent `impl`"));
    }
    if !item.generics.params.is_empty() {
        return Err(Error::new(item.generics.span(), "a Python type can't be generic"));
    }
    let mut block = Block::new(&item.self_ty);
    let mut errors: Option<Error> = None;
    for member in &mut item.items {
        if let Err(error) = block.read(member) {
            match &mut errors {
                Some(all) => all.combine(error),
                None => errors = Some(error),
            }
        }
    }
    if let Some(setter) = block.accessors.iter().find(|a| a.get.is_none()) {
        let error = Error::new(setter.span, format!("there is no getter for `{}`", setter.name));
        match &mut errors {
            Some(all) => all.combine(error),
            None => errors = Some(error),
        }
    }
    if let Some(errors) = errors {
        // The block itself stays, so that its own names keep resolving.
        let errors = errors.into_compile_error();
        return Ok(quote!(#item #errors));
    }
    let tables = block.tables(extra.as_ref());
    // Setters are named after their attribute: `set___name__`.
    Ok(quote!(#[allow(non_snake_case)] #item #tables))
}

/// What has been read of a block.
struct Block {
    this: Type,
    methods: Vec<TokenStream>,
    slots: Vec<TokenStream>,
    accessors: Vec<Accessor>,
    consts: Vec<TokenStream>,
    signature: String,
}

/// A getter with its setter.
struct Accessor {
    name: String,
    doc: String,
    get: Option<TokenStream>,
    set: Option<TokenStream>,
    member: bool,
    span: proc_macro2::Span,
}

impl Block {
    fn new(this: &Type) -> Block {
        Block {
            this: this.clone(),
            methods: Vec::new(),
            slots: Vec::new(),
            accessors: Vec::new(),
            consts: Vec::new(),
            signature: String::new(),
        }
    }

    fn read(&mut self, member: &mut ImplItem) -> Result<()> {
        match member {
            ImplItem::Fn(function) => {
                let native: Vec<Attribute> = function
                    .attrs
                    .extract_if(.., |a| KINDS.iter().any(|kind| a.path().is_ident(kind)))
                    .collect();
                // Several attributes on one function read its parameters one after the other.
                let original = function.sig.clone();
                for attr in &native {
                    let mut signature = original.clone();
                    self.read_function(attr, function, &mut signature)?;
                    function.sig = signature;
                }
                Ok(())
            }
            ImplItem::Const(constant) => {
                for attr in attrs::take(&mut constant.attrs, "constant") {
                    self.read_const(&attr, constant)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn read_function(
        &mut self,
        attr: &Attribute,
        item: &ImplItemFn,
        signature: &mut syn::Signature,
    ) -> Result<()> {
        let path = attr.path();
        if path.is_ident("slot") {
            let options = Options::parse(attr, &["slot", "sig", "no_text"])?;
            let slot = slots::expand(signature, &options, &self.this)?;
            self.slots.push(slot.entry);
            if let Some(text) = slot.signature {
                self.signature = text;
            }
            return Ok(());
        }
        if path.is_ident("getter") {
            return self.read_getter(
                &Options::parse(attr, &["name", "doc", "member"])?,
                item,
                signature,
            );
        }
        if path.is_ident("setter") {
            return self.read_setter(&Options::parse(attr, &["name"])?, signature);
        }
        if path.is_ident("constant") {
            let options = Options::parse(attr, &["name"])?;
            let function = RustFn::new(signature, Receiver::None, Some(&self.this))?;
            self.consts.push(constant_fn(&function, &options)?);
            return Ok(());
        }
        let (receiver, binding) = match () {
            () if path.is_ident("method") => (Receiver::Instance, quote!(Instance)),
            () if path.is_ident("classmethod") => (Receiver::Class, quote!(Class)),
            () => (Receiver::None, quote!(Static)),
        };
        let options = Options::parse(attr, FUNCTION_OPTIONS)?;
        let function = RustFn::new(signature, receiver, Some(&self.this))?;
        let owner = slots::owner_of(&self.this);
        let wrapper =
            Wrapper::new(&function, receiver, owner, Some(&self.this), &options, Style::Function)?;
        self.methods.push(method_def(&wrapper, &options, &item.attrs, &binding)?);
        Ok(())
    }

    fn read_getter(
        &mut self,
        options: &Options,
        item: &ImplItemFn,
        signature: &mut syn::Signature,
    ) -> Result<()> {
        let function = RustFn::new(signature, Receiver::Instance, Some(&self.this))?;
        if let Some(extra) = function.parameters.first() {
            return Err(Error::new(
                extra.ident.span(),
                "a getter takes the receiver and `vm` only",
            ));
        }
        let name = attribute_name(&function, options, "get_");
        let receiver = self.accessor_receiver(&function, &name);
        let call = function.call_into_value(&[]);
        let ident = &function.ident;
        let get = quote! {{
            #[allow(unused_variables)]
            fn #ident(
                vm: &mut ::objects::vm::Vm,
                this: ::objects::value::Value,
            ) -> ::objects::vm::PyResult<::objects::value::Value> {
                #receiver
                #call
            }
            #ident
        }};
        let accessor = self.accessor(&name, ident.span());
        if accessor.get.is_some() {
            return Err(Error::new(ident.span(), format!("`{name}` has a getter already")));
        }
        accessor.get = Some(get);
        accessor.doc = attrs::doc_or(options.doc.as_ref(), &item.attrs);
        accessor.member = options.member;
        Ok(())
    }

    fn read_setter(&mut self, options: &Options, signature: &mut syn::Signature) -> Result<()> {
        let function = RustFn::new(signature, Receiver::Instance, Some(&self.this))?;
        let [value] = function.parameters.as_slice() else {
            return Err(Error::new(
                function.ident.span(),
                "a setter takes the receiver, `vm` and one value",
            ));
        };
        let name = attribute_name(&function, options, "set_");
        let ty = &value.ty;
        let convert = match attrs::argument_of(ty, "Option") {
            Some(inner) if attrs::is_path(inner, "Value") => TokenStream::new(),
            Some(_) => {
                return Err(Error::new(
                    ty.span(),
                    "a setter takes `Option<Value>` or the attribute's type",
                ));
            }
            None if attrs::is_path(ty, "Value") => {
                quote!(let value = ::objects::args::assigned(vm, #name, value)?;)
            }
            None => quote!(let value = ::objects::args::assigned_as::<#ty>(vm, #name, value)?;),
        };
        let receiver = self.accessor_receiver(&function, &name);
        let call = function.call_into_result(&[quote!(value)]);
        let ident = &function.ident;
        let set = quote! {{
            #[allow(unused_variables)]
            fn #ident(
                vm: &mut ::objects::vm::Vm,
                this: ::objects::value::Value,
                value: ::core::option::Option<::objects::value::Value>,
            ) -> ::objects::vm::PyResult<()> {
                #receiver
                #convert
                #call
            }
            #ident
        }};
        let span = ident.span();
        let accessor = self.accessor(&name, span);
        if accessor.set.is_some() {
            return Err(Error::new(span, format!("`{name}` has a setter already")));
        }
        accessor.set = Some(set);
        Ok(())
    }

    fn accessor_receiver(&self, function: &RustFn, name: &str) -> TokenStream {
        let this = &self.this;
        match &function.receiver {
            Some(ty) if attrs::is_path(ty, "Value") => {
                quote!(::objects::args::accessor_value::<#this>(vm, #name, this)?;)
            }
            _ => quote!(let this = ::objects::args::accessor::<#this>(vm, #name, this)?;),
        }
    }

    fn accessor(&mut self, name: &str, span: proc_macro2::Span) -> &mut Accessor {
        let at = self.accessors.iter().position(|a| a.name == name).unwrap_or_else(|| {
            self.accessors.push(Accessor {
                name: name.into(),
                doc: String::new(),
                get: None,
                set: None,
                member: false,
                span,
            });
            self.accessors.len() - 1
        });
        &mut self.accessors[at]
    }

    fn read_const(&mut self, attr: &Attribute, item: &ImplItemConst) -> Result<()> {
        let options = Options::parse(attr, &["name"])?;
        let (this, ident) = (&self.this, &item.ident);
        let name = options.name.map_or_else(|| attrs::python_name(ident), |n| n.value());
        self.consts.push(constant_value(&name, &quote!(<#this>::#ident)));
        Ok(())
    }

    fn tables(self, extra: Option<&LitStr>) -> TokenStream {
        let Block { this, methods, slots, accessors, consts, signature } = self;
        let (method_table, getset_table, const_table) = (
            block_item("METHODS", extra),
            block_item("GETSET", extra),
            block_item("CONSTS", extra),
        );
        let slots_fn = block_slots(extra);
        let getset = accessors.iter().map(|accessor| {
            let Accessor { name, doc, get, set, member, .. } = accessor;
            let set = match set {
                Some(set) => quote!(::core::option::Option::Some(#set)),
                None => quote!(::core::option::Option::None),
            };
            quote! {
                ::objects::def::GetSetDef { name: #name, doc: #doc, get: #get, set: #set, member: #member }
            }
        });
        let signature = extra.is_none().then(|| {
            quote! {
                #[doc(hidden)]
                #[allow(dead_code)]
                pub const __SIGNATURE: &'static str = #signature;
            }
        });
        quote! {
            #[allow(non_snake_case)]
            impl #this {
                #[doc(hidden)]
                pub const #method_table: &'static [::objects::def::MethodDef] = &[#(#methods),*];
                #[doc(hidden)]
                pub const #getset_table: &'static [::objects::def::GetSetDef] = &[#(#getset),*];
                #[doc(hidden)]
                pub const #const_table: &'static [::objects::def::ConstDef] = &[#(#consts),*];
                #signature
                #[doc(hidden)]
                #[allow(unused_variables)]
                pub fn #slots_fn(slots: &mut ::objects::slots::Slots) {
                    #(#slots)*
                }
            }
        }
    }
}

/// The name of a computed attribute: `name = "…"`, or the function's name without `prefix`.
fn attribute_name(function: &RustFn, options: &Options, prefix: &str) -> String {
    match &options.name {
        Some(name) => name.value(),
        None => {
            let name = attrs::python_name(&function.ident);
            name.strip_prefix(prefix).map(str::to_string).unwrap_or(name)
        }
    }
}

/// A `MethodDef` expression.
pub fn method_def(
    wrapper: &Wrapper<'_>,
    options: &Options,
    attributes: &[Attribute],
    binding: &TokenStream,
) -> Result<TokenStream> {
    let name = &wrapper.name;
    let doc = attrs::doc_or(options.doc.as_ref(), attributes);
    let signature = wrapper.text(options);
    let func = wrapper.native_fn()?;
    let (leaf, pure) = (options.leaf, options.pure);
    Ok(quote! {
        ::objects::def::MethodDef {
            name: #name,
            doc: #doc,
            signature: #signature,
            binding: ::objects::def::Binding::#binding,
            func: #func,
            facts: ::objects::def::Facts { leaf: #leaf, pure: #pure },
        }
    })
}

/// A `ConstDef` expression for a function that makes the value.
pub fn constant_fn(function: &RustFn, options: &Options) -> Result<TokenStream> {
    if let Some(extra) = function.parameters.first() {
        return Err(Error::new(extra.ident.span(), "a constant's function takes `vm` only"));
    }
    let name =
        options.name.as_ref().map_or_else(|| attrs::python_name(&function.ident), LitStr::value);
    let call = function.call_into_value(&[]);
    Ok(constant(&name, &call))
}

/// A `ConstDef` expression for a Rust constant.
pub fn constant_value(name: &str, value: &TokenStream) -> TokenStream {
    constant(name, &quote!(::objects::convert::IntoPy::into_py(#value, vm)))
}

fn constant(name: &str, make: &TokenStream) -> TokenStream {
    quote! {
        ::objects::def::ConstDef {
            name: #name,
            make: {
                #[allow(unused_variables)]
                fn make(vm: &mut ::objects::vm::Vm) -> ::objects::vm::PyResult<::objects::value::Value> {
                    #make
                }
                make
            },
        }
    }
}
