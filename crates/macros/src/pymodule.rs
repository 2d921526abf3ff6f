//! `#[pymodule]`: a `mod` becomes a native module.
//!
//! The items stay as they are, without the attributes; `MODULE` is added at the end and refers to them by `self::`.

use crate::attrs::{self, Options};
use crate::func::{Receiver, RustFn, Style, Wrapper};
use crate::pymethods::{FUNCTION_OPTIONS, constant_fn, constant_value, method_def};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Item, ItemMod, LitStr, Path, Result};

/// Expands `#[pymodule(args)] item`.
pub fn expand(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut module = Module::default();
    attrs::options(args, |key, input| {
        match key.to_string().as_str() {
            "name" => module.name = Some(attrs::value(input)?),
            "doc" => module.doc = Some(attrs::value(input)?),
            "types" => {
                module.types =
                    attrs::list::<Path>(input)?.into_iter().map(|path| quote!(#path)).collect()
            }
            other => {
                return Err(Error::new(
                    key.span(),
                    format!("unknown option `{other}` of `#[pymodule]`"),
                ));
            }
        }
        Ok(())
    })?;
    let mut item: ItemMod = syn::parse2(item)?;
    if module.name.is_none() {
        return Err(Error::new(item.ident.span(), "`#[pymodule]` needs `name = \"…\"`"));
    }
    let doc = attrs::doc_or(module.doc.as_ref(), &item.attrs);
    let Some((_, items)) = &mut item.content else {
        return Err(Error::new(
            item.ident.span(),
            "`#[pymodule]` stands on a `mod` with its items in braces",
        ));
    };
    let mut errors: Option<Error> = None;
    for member in items.iter_mut() {
        if let Err(error) = module.read(member) {
            match &mut errors {
                Some(all) => all.combine(error),
                None => errors = Some(error),
            }
        }
    }
    let end = match errors {
        Some(errors) => errors.into_compile_error(),
        None => module.definition(&doc),
    };
    items.push(Item::Verbatim(end));
    Ok(quote!(#item))
}

/// What has been read of a module.
#[derive(Default)]
struct Module {
    name: Option<LitStr>,
    doc: Option<LitStr>,
    functions: Vec<TokenStream>,
    consts: Vec<TokenStream>,
    types: Vec<TokenStream>,
    exec: Option<TokenStream>,
}

impl Module {
    fn read(&mut self, item: &mut Item) -> Result<()> {
        match item {
            Item::Fn(function) => {
                for attr in attrs::take(&mut function.attrs, "function") {
                    let options = Options::parse(&attr, FUNCTION_OPTIONS)?;
                    let mut signature = function.sig.clone();
                    let rust = RustFn::new(&mut signature, Receiver::None, None)?;
                    let module = self.name.as_ref().map(LitStr::value).unwrap_or_default();
                    let owner = quote!(::objects::args::Owner::Module(#module));
                    let wrapper = Wrapper::new(
                        &rust,
                        Receiver::None,
                        owner,
                        None,
                        &options,
                        Style::Function,
                    )?;
                    self.functions.push(method_def(
                        &wrapper,
                        &options,
                        &function.attrs,
                        &quote!(Instance),
                    )?);
                }
                strip_defaults(&mut function.sig);
                for attr in attrs::take(&mut function.attrs, "attr") {
                    let options = Options::parse(&attr, &["name"])?;
                    let rust = RustFn::new(&mut function.sig, Receiver::None, None)?;
                    self.consts.push(constant_fn(&rust, &options)?);
                }
                for attr in attrs::take(&mut function.attrs, "exec") {
                    Options::parse(&attr, &[])?;
                    self.read_exec(&mut function.sig)?;
                }
            }
            Item::Const(constant) => {
                for attr in attrs::take(&mut constant.attrs, "attr") {
                    let options = Options::parse(&attr, &["name"])?;
                    let ident = &constant.ident;
                    let name =
                        options.name.map_or_else(|| attrs::python_name(ident), |n| n.value());
                    self.consts.push(constant_value(&name, &quote!(self::#ident)));
                }
            }
            Item::Struct(item) if item.attrs.iter().any(is_pytype) => {
                let ident = &item.ident;
                self.types.push(quote!(self::#ident));
            }
            _ => {}
        }
        Ok(())
    }

    fn read_exec(&mut self, signature: &mut syn::Signature) -> Result<()> {
        let function = RustFn::new(signature, Receiver::None, None)?;
        if function.parameters.len() != 1 {
            return Err(Error::new(
                function.ident.span(),
                "`#[exec]` stands on `fn exec(vm: &mut Vm, module: Value)`",
            ));
        }
        if self.exec.is_some() {
            return Err(Error::new(function.ident.span(), "a module has one `#[exec]`"));
        }
        let call = function.call_into_result(&[quote!(module)]);
        self.exec = Some(quote! {{
            #[allow(unused_variables)]
            fn exec(
                vm: &mut ::objects::vm::Vm,
                module: ::objects::value::Value,
            ) -> ::objects::vm::PyResult<()> {
                #call
            }
            exec
        }});
        Ok(())
    }

    fn definition(&self, doc: &str) -> TokenStream {
        let Module { name, functions, consts, types, exec, .. } = self;
        let exec = match exec {
            Some(exec) => quote!(::core::option::Option::Some(#exec)),
            None => quote!(::core::option::Option::None),
        };
        quote! {
            /// What the module consists of.
            pub static MODULE: ::objects::def::ModuleDef = ::objects::def::ModuleDef {
                name: #name,
                doc: #doc,
                functions: &[#(#functions),*],
                consts: &[#(#consts),*],
                types: &[#(<#types>::__DEF),*],
                exec: #exec,
            };
        }
    }
}

fn is_pytype(attr: &syn::Attribute) -> bool {
    attr.path().segments.last().is_some_and(|segment| segment.ident == "pytype")
}

/// Takes `#[default(…)]` off the parameters; it has been read.
fn strip_defaults(signature: &mut syn::Signature) {
    for input in &mut signature.inputs {
        if let syn::FnArg::Typed(typed) = input {
            attrs::take(&mut typed.attrs, "default");
        }
    }
}
