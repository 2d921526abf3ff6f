//! Rust functions seen as native functions: what their parameters are, and the wrapper that parses Python arguments,
//! calls the function and converts its result.
//!
//! [`RustFn`] comes from a `fn` item, [`Wrapper`] puts it together with a signature; out comes the body of a
//! `NativeFn` (or of a slot that takes arguments like one).

use crate::attrs::{self, is_path, is_values, is_vm};
use crate::signature::{Kind, Parameter, Signature};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Expr, FnArg, Ident, LitStr, Pat, Result, ReturnType, Type};

/// What a function receives before its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// Nothing.
    None,
    /// The instance.
    Instance,
    /// The class.
    Class,
}

impl Receiver {
    /// How the text signature shows it; `module` for a function of a module.
    fn text(self, module: bool) -> &'static str {
        match self {
            Receiver::None if module => "$module",
            Receiver::None => "",
            Receiver::Instance => "$self",
            Receiver::Class => "$type",
        }
    }
}

/// What a Rust function returns.
pub struct Return {
    /// `PyResult<T>` rather than `T`.
    pub fallible: bool,
    /// `T`.
    pub kind: ReturnKind,
}

/// What a result is converted from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ReturnKind {
    /// `()`
    Unit,
    /// `Value`
    Value,
    /// Anything else.
    Other,
}

/// A parameter of a Rust function, receiver and `vm` aside.
pub struct RustParameter {
    /// Its name.
    pub ident: Ident,
    /// Its type, `Self` written out.
    pub ty: Type,
    /// The expression of `#[default(…)]`.
    pub default: Option<Expr>,
}

/// A Rust function seen as a native one.
pub struct RustFn {
    /// How generated code names it.
    pub path: TokenStream,
    /// Its name.
    pub ident: Ident,
    /// The receiver's type, if it has one.
    pub receiver: Option<Type>,
    /// Whether it wants the `Vm`.
    pub takes_vm: bool,
    /// The other parameters.
    pub parameters: Vec<RustParameter>,
    /// What it returns.
    pub returns: Return,
}

impl RustFn {
    /// Reads `signature`, taking `#[default(…)]` off its parameters. `this` is the type of the `impl` block.
    pub fn new(
        signature: &mut syn::Signature,
        receiver: Receiver,
        this: Option<&Type>,
    ) -> Result<RustFn> {
        reject_modifiers(signature)?;
        let mut inputs = Vec::new();
        for input in &mut signature.inputs {
            inputs.push(read_parameter(input, this)?);
        }
        let mut rest = inputs.into_iter().peekable();
        let receiver = if receiver == Receiver::None {
            None
        } else {
            let what =
                if receiver == Receiver::Class { "`cls: Gc<Type>`" } else { "`this: Gc<Self>`" };
            let missing = || {
                Error::new(signature.ident.span(), format!("the first parameter has to be {what}"))
            };
            let first = rest.next().filter(|p| !is_vm(&p.ty)).ok_or_else(missing)?;
            if !is_path(&first.ty, "Value") && !is_path(&first.ty, "Gc") {
                return Err(Error::new(
                    first.ty.span(),
                    format!("a receiver is {what} or `Value`"),
                ));
            }
            Some(first.ty)
        };
        let takes_vm = rest.next_if(|p| is_vm(&p.ty)).is_some();
        let parameters: Vec<RustParameter> = rest.collect();
        if let Some(late) = parameters.iter().find(|p| is_vm(&p.ty)) {
            return Err(Error::new(
                late.ty.span(),
                "`vm` comes first, or right after the receiver",
            ));
        }
        let ident = signature.ident.clone();
        let path = match this {
            Some(this) => quote_spanned!(ident.span()=> <#this>::#ident),
            None => quote_spanned!(ident.span()=> self::#ident),
        };
        Ok(RustFn {
            path,
            ident,
            receiver,
            takes_vm,
            parameters,
            returns: read_return(&signature.output),
        })
    }

    /// Whether it takes `(args: &[Value], kwnames: Value)` unparsed.
    pub fn is_raw(&self) -> bool {
        match self.parameters.as_slice() {
            [args, kwnames] => {
                is_values(&args.ty)
                    && is_path(&kwnames.ty, "Value")
                    && attrs::parameter_name(&kwnames.ident) == "kwnames"
            }
            _ => false,
        }
    }

    /// The call, with a receiver named `this` and the arguments `args`; evaluates to `T`, or to `PyResult<T>`.
    pub fn call(&self, args: &[TokenStream]) -> TokenStream {
        let path = &self.path;
        let receiver = self.receiver.as_ref().map(|_| quote!(this,));
        let vm = self.takes_vm.then(|| quote!(vm,));
        quote!(#path(#receiver #vm #(#args),*))
    }

    /// The call as a block's last expression of type `PyResult<Value>`.
    pub fn call_into_value(&self, args: &[TokenStream]) -> TokenStream {
        let call = self.call(args);
        let question = self.returns.fallible.then(|| quote!(?));
        match self.returns.kind {
            ReturnKind::Value if self.returns.fallible => call,
            ReturnKind::Value => quote!(::core::result::Result::Ok(#call)),
            ReturnKind::Unit => quote! {
                #call #question;
                ::core::result::Result::Ok(::objects::value::Value::NONE)
            },
            ReturnKind::Other => quote! {
                let out = #call #question;
                ::objects::convert::IntoPy::into_py(out, vm)
            },
        }
    }

    /// The call as an expression of type `PyResult<T>`.
    pub fn call_into_result(&self, args: &[TokenStream]) -> TokenStream {
        let call = self.call(args);
        match (self.returns.fallible, self.returns.kind) {
            (true, _) => call,
            (false, ReturnKind::Unit) => quote! {
                #call;
                ::core::result::Result::Ok(())
            },
            (false, _) => quote!(::core::result::Result::Ok(#call)),
        }
    }
}

fn reject_modifiers(signature: &syn::Signature) -> Result<()> {
    if !signature.generics.params.is_empty() {
        return Err(Error::new(signature.generics.span(), "a native function can't be generic"));
    }
    if let Some(keyword) = &signature.asyncness {
        return Err(Error::new(keyword.span(), "a native function can't be async"));
    }
    if let Some(keyword) = &signature.unsafety {
        return Err(Error::new(keyword.span(), "a native function is safe to call"));
    }
    Ok(())
}

fn read_parameter(input: &mut FnArg, this: Option<&Type>) -> Result<RustParameter> {
    let typed = match input {
        FnArg::Typed(typed) => typed,
        FnArg::Receiver(receiver) => {
            return Err(Error::new(
                receiver.span(),
                "a native function takes `this: Gc<Self>`, not `self`",
            ));
        }
    };
    let Pat::Ident(pattern) = &*typed.pat else {
        return Err(Error::new(
            typed.pat.span(),
            "a parameter of a native function has a plain name",
        ));
    };
    let ident = pattern.ident.clone();
    let default = match attrs::take(&mut typed.attrs, "default").as_slice() {
        [] => None,
        [attr] => Some(attrs::expression(attr)?),
        [_, second, ..] => return Err(Error::new(second.span(), "a parameter has one default")),
    };
    let ty = match this {
        Some(this) => {
            let ty = &typed.ty;
            syn::parse2(attrs::without_self(quote!(#ty), this))?
        }
        None => (*typed.ty).clone(),
    };
    Ok(RustParameter { ident, ty, default })
}

fn read_return(output: &ReturnType) -> Return {
    let ty = match output {
        ReturnType::Default => return Return { fallible: false, kind: ReturnKind::Unit },
        ReturnType::Type(_, ty) => &**ty,
    };
    let inner = attrs::argument_of(ty, "PyResult").or_else(|| attrs::argument_of(ty, "Result"));
    let value = inner.unwrap_or(ty);
    let kind = match value {
        Type::Tuple(tuple) if tuple.elems.is_empty() => ReturnKind::Unit,
        _ if is_path(value, "Value") => ReturnKind::Value,
        _ => ReturnKind::Other,
    };
    Return { fallible: inner.is_some(), kind }
}

/// How messages about wrong arguments are worded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A function or method.
    Function,
    /// `__new__`: messages name the class.
    New,
    /// `__init__`: messages name the class.
    Init,
}

/// A native function with its signature: ready to be written.
pub struct Wrapper<'a> {
    /// The Rust function.
    pub function: &'a RustFn,
    /// What comes before the arguments.
    pub receiver: Receiver,
    /// `Owner` expression: the type or module that has it.
    pub owner: TokenStream,
    /// The type of the `impl` block.
    pub this: Option<&'a Type>,
    /// Python-visible name.
    pub name: String,
    /// How messages are worded.
    pub style: Style,
    /// `None` for a raw function without a signature.
    pub signature: Option<Signature>,
}

impl<'a> Wrapper<'a> {
    /// Puts a function and its signature together.
    pub fn new(
        function: &'a RustFn,
        receiver: Receiver,
        owner: TokenStream,
        this: Option<&'a Type>,
        options: &attrs::Options,
        style: Style,
    ) -> Result<Wrapper<'a>> {
        let shown = if style == Style::Function { receiver.text(this.is_none()) } else { "" };
        let signature = match &options.sig {
            Some(literal) => Some(Signature::parse(literal, shown)?),
            None if function.is_raw() => None,
            None => Some(signature_of(function, shown)),
        };
        let wrapper = Wrapper {
            function,
            receiver,
            owner,
            this,
            name: options
                .name
                .as_ref()
                .map_or_else(|| attrs::python_name(&function.ident), LitStr::value),
            style,
            signature,
        };
        if !function.is_raw() {
            wrapper.check(options.sig.as_ref())?;
        }
        Ok(wrapper)
    }

    /// `__text_signature__`.
    pub fn text(&self, options: &attrs::Options) -> String {
        match &self.signature {
            Some(signature) if !options.no_text => signature.text.clone(),
            _ => String::new(),
        }
    }

    fn check(&self, literal: Option<&LitStr>) -> Result<()> {
        let (Some(signature), Some(literal)) = (&self.signature, literal) else { return Ok(()) };
        let (rust, python) = (self.function.parameters.len(), signature.parameters.len());
        if rust != python {
            let message = format!(
                "the signature has {python} parameter{} but the function takes {rust} (receiver and `vm` aside)",
                if python == 1 { "" } else { "s" },
            );
            return Err(Error::new(literal.span(), message));
        }
        Ok(())
    }

    /// The static that describes the function to `objects::args`.
    pub fn spec(&self) -> TokenStream {
        let owner = &self.owner;
        let name = &self.name;
        let style = match self.style {
            Style::Function => quote!(Function),
            Style::New => quote!(New),
            Style::Init => quote!(Init),
        };
        let empty = Signature { parameters: Vec::new(), text: String::new() };
        let signature =
            self.signature.as_ref().filter(|_| !self.function.is_raw()).unwrap_or(&empty);
        let names = signature.named().map(|p| &p.name);
        let is_required = |p: &&Parameter| p.default.is_none();
        let keyword_only = signature.count(Kind::KeywordOnly);
        let positional_only = signature.count(Kind::PositionalOnly) as u8;
        let positional = (signature.named().count() - keyword_only) as u8;
        let required_all = signature.named().filter(is_required).count();
        let required_keywords =
            signature.named().filter(|p| p.kind == Kind::KeywordOnly).filter(is_required).count();
        let required = (required_all - required_keywords) as u8;
        let required_keywords = required_keywords as u8;
        let var_positional = signature.count(Kind::VarPositional) > 0;
        let var_keyword = signature.count(Kind::VarKeyword) > 0;
        quote! {
            static SPEC: ::objects::args::Spec = ::objects::args::Spec {
                owner: #owner,
                name: #name,
                style: ::objects::args::Style::#style,
                params: &[#(#names),*],
                positional_only: #positional_only,
                positional: #positional,
                required: #required,
                required_keywords: #required_keywords,
                var_positional: #var_positional,
                var_keyword: #var_keyword,
            };
        }
    }

    /// A block of type `NativeFn`.
    pub fn native_fn(&self) -> Result<TokenStream> {
        let spec = self.spec();
        let receiver = match (&self.function.receiver, self.receiver) {
            (Some(ty), Receiver::Class) if is_path(ty, "Value") => quote! {
                let (this, args) = ::objects::args::class(vm, &SPEC, args, kwnames)?;
                let this = ::objects::value::Value::from(this);
            },
            (Some(_), Receiver::Class) => quote! {
                let (this, args) = ::objects::args::class(vm, &SPEC, args, kwnames)?;
            },
            (Some(ty), _) if is_path(ty, "Value") => quote! {
                let (this, args) = ::objects::args::receiver_value(vm, &SPEC, args, kwnames)?;
            },
            (Some(_), _) => {
                let this = self.this;
                quote!(let (this, args) = ::objects::args::receiver::<#this>(vm, &SPEC, args, kwnames)?;)
            }
            (None, _) => TokenStream::new(),
        };
        let parse = self.parse_arguments()?;
        let call = self.function.call_into_value(&self.argument_names());
        let ident = format_ident!("{}", self.function.ident);
        // A raw function without a receiver uses no description.
        let spec =
            if self.function.is_raw() && receiver.is_empty() { TokenStream::new() } else { spec };
        Ok(quote! {{
            #[allow(unused_variables)]
            fn #ident(
                vm: &mut ::objects::vm::Vm,
                args: &[::objects::value::Value],
                kwnames: ::objects::value::Value,
            ) -> ::objects::vm::PyResult<::objects::value::Value> {
                #spec
                #receiver
                #parse
                #call
            }
            #ident
        }})
    }

    /// The names of the variables that [`Wrapper::parse_arguments`] leaves, in the function's order.
    pub fn argument_names(&self) -> Vec<TokenStream> {
        if self.function.is_raw() {
            return vec![quote!(args), quote!(kwnames)];
        }
        (0..self.function.parameters.len())
            .map(|i| {
                let name = format_ident!("p{i}");
                quote!(#name)
            })
            .collect()
    }

    /// Statements that turn `args` and `kwnames` (without the receiver) into the variables `p0`, `p1`, ….
    pub fn parse_arguments(&self) -> Result<TokenStream> {
        let Some(signature) = self.signature.as_ref().filter(|_| !self.function.is_raw()) else {
            return Ok(TokenStream::new());
        };
        let mut bound = Vec::new();
        let mut conversions = TokenStream::new();
        let (mut rest, mut keywords) = (TokenStream::new(), TokenStream::new());
        for (i, (parameter, rust)) in
            signature.parameters.iter().zip(&self.function.parameters).enumerate()
        {
            let variable = format_ident!("p{i}");
            match parameter.kind {
                Kind::VarPositional => {
                    expect(is_values(&rust.ty), rust, "a `*` parameter is `&[Value]`")?;
                    rest = quote!(let #variable = ::objects::args::rest(&SPEC, args, kwnames););
                }
                Kind::VarKeyword => {
                    expect(is_path(&rust.ty, "KwArgs"), rust, "a `**` parameter is `KwArgs<'_>`")?;
                    keywords =
                        quote!(let #variable = ::objects::args::KwArgs::new(&SPEC, args, kwnames););
                }
                _ => {
                    conversions.extend(convert(parameter, rust, &variable, bound.len())?);
                    bound.push(variable);
                }
            }
        }
        let bind = if bound.is_empty() {
            quote!(::objects::args::none(vm, &SPEC, args, kwnames)?;)
        } else {
            quote!(let [#(#bound),*] = ::objects::args::bind(vm, &SPEC, args, kwnames)?;)
        };
        Ok(quote!(#bind #rest #keywords #conversions))
    }
}

fn signature_of(function: &RustFn, receiver: &str) -> Signature {
    let names = function
        .parameters
        .iter()
        .filter(|p| is_plain(p))
        .map(|p| attrs::parameter_name(&p.ident))
        .collect();
    let mut signature = Signature::positional(names, receiver);
    // Parameters whose type says that they take any number of arguments.
    for rust in function.parameters.iter().filter(|p| !is_plain(p)) {
        let (stars, kind) =
            if is_values(&rust.ty) { ("*", Kind::VarPositional) } else { ("**", Kind::VarKeyword) };
        let name = attrs::parameter_name(&rust.ident);
        let separator = if signature.text == "()" { "" } else { ", " };
        signature.text.truncate(signature.text.len() - 1);
        signature.text.push_str(&format!("{separator}{stars}{name})"));
        signature.parameters.push(Parameter { name, kind, default: None });
    }
    signature
}

fn is_plain(parameter: &RustParameter) -> bool {
    !is_values(&parameter.ty) && !is_path(&parameter.ty, "KwArgs")
}

fn expect(holds: bool, parameter: &RustParameter, message: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::new(parameter.ty.span(), message)) }
}

/// The statement that converts the bound value of argument number `index`.
fn convert(
    parameter: &Parameter,
    rust: &RustParameter,
    variable: &Ident,
    index: usize,
) -> Result<TokenStream> {
    let ty = &rust.ty;
    let from_arg = |ty: &Type| {
        if is_path(ty, "Value") {
            quote!(#variable)
        } else {
            quote_spanned!(ty.span()=> ::objects::args::convert::<#ty>(vm, &SPEC, #variable, #index)?)
        }
    };
    let Some(default) = &parameter.default else {
        if rust.default.is_some() {
            return Err(Error::new(
                rust.ident.span(),
                "the signature gives this parameter no default",
            ));
        }
        return Ok(if is_path(ty, "Value") {
            TokenStream::new()
        } else {
            let value = from_arg(ty);
            quote!(let #variable = #value;)
        });
    };
    if let (Some(inner), None) = (attrs::argument_of(ty, "Option"), &rust.default) {
        let defined = if default == "None" { quote!(not_none) } else { quote!(defined) };
        let value = from_arg(inner);
        return Ok(if is_path(inner, "Value") {
            quote!(let #variable = ::objects::args::#defined(#variable);)
        } else {
            quote! {
                let #variable = match ::objects::args::#defined(#variable) {
                    ::core::option::Option::Some(#variable) => ::core::option::Option::Some(#value),
                    ::core::option::Option::None => ::core::option::Option::None,
                };
            }
        });
    }
    let absent = match &rust.default {
        Some(expression) => quote!(#expression),
        None => literal_default(default, ty).ok_or_else(|| {
            let message =
                format!("the default `{default}` needs `Option<…>` or `#[default(…)]` here");
            Error::new(rust.ty.span(), message)
        })?,
    };
    let value = from_arg(ty);
    Ok(quote! {
        let #variable = if #variable.is_undef() { #absent } else { #value };
    })
}

/// The Rust expression for a Python literal of type `ty`, where both are plain.
fn literal_default(text: &str, ty: &Type) -> Option<TokenStream> {
    let value = is_path(ty, "Value");
    match text {
        "None" if value => Some(quote!(::objects::value::Value::NONE)),
        "True" if value => Some(quote!(::objects::value::Value::TRUE)),
        "False" if value => Some(quote!(::objects::value::Value::FALSE)),
        "True" if is_path(ty, "bool") => Some(quote!(true)),
        "False" if is_path(ty, "bool") => Some(quote!(false)),
        _ if INTEGERS.iter().any(|name| is_path(ty, name)) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            digits.parse::<u64>().ok()?;
            text.parse().ok()
        }
        _ if is_path(ty, "f64") && text.parse::<f64>().is_ok_and(f64::is_finite) => {
            let number: f64 = text.parse().ok()?;
            Some(quote!(#number))
        }
        _ => None,
    }
}

const INTEGERS: [&str; 10] =
    ["i64", "isize", "usize", "i32", "u32", "u64", "i16", "u16", "i8", "u8"];
