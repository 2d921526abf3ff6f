//! The slots of a type as `#[slot(name)]` sees them: which Rust signature each family has.
//!
//! The names are the fields of `objects::slots::Slots`; a name that isn't a field there fails to compile at the
//! attribute.

use crate::attrs;
use crate::func::{Receiver, RustFn, Style, Wrapper};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Error, Ident, Result, Type};

/// The type of one operand after the receiver.
#[derive(Clone, Copy)]
enum Operand {
    Value,
    Optional,
    Name,
    Count,
    Compare,
}

impl Operand {
    fn ty(self) -> TokenStream {
        match self {
            Operand::Value => quote!(::objects::value::Value),
            Operand::Optional => quote!(::core::option::Option<::objects::value::Value>),
            Operand::Name => quote!(::objects::args::parts::Gc<::objects::str::Str>),
            Operand::Count => quote!(isize),
            Operand::Compare => quote!(::objects::slots::CompareOp),
        }
    }
}

/// What a slot answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Value,
    Unit,
    Bool,
    Length,
    Hash,
    Next,
}

impl Answer {
    fn ty(self) -> TokenStream {
        match self {
            Answer::Value => quote!(::objects::value::Value),
            Answer::Unit => quote!(()),
            Answer::Bool => quote!(bool),
            Answer::Length => quote!(usize),
            Answer::Hash => quote!(i64),
            Answer::Next => quote!(::core::option::Option<::objects::value::Value>),
        }
    }
}

/// How a slot is called.
enum Family {
    /// `(this, vm, operands…)`
    Method(&'static [Operand], Answer),
    /// `(vm, operands…)`: any operand may be the one of this type.
    Operator(usize),
    /// `(this or cls, vm, arguments…)`
    Call(Style),
}

fn family(slot: &str) -> Option<Family> {
    use Operand::{Compare, Count, Name, Optional};
    const VALUE: Operand = Operand::Value;
    Some(match slot {
        "repr" | "str" | "iter" | "neg" | "pos" | "abs" | "invert" | "int" | "float" | "index"
        | "await_" | "aiter" | "anext" => Family::Method(&[], Answer::Value),
        "hash" => Family::Method(&[], Answer::Hash),
        "len" => Family::Method(&[], Answer::Length),
        "bool" => Family::Method(&[], Answer::Bool),
        "next" => Family::Method(&[], Answer::Next),
        "del" => Family::Method(&[], Answer::Unit),
        "getitem" | "concat" | "iconcat" => Family::Method(&[VALUE], Answer::Value),
        "setitem" => Family::Method(&[VALUE, Optional], Answer::Unit),
        "contains" => Family::Method(&[VALUE], Answer::Bool),
        "repeat" | "irepeat" => Family::Method(&[Count], Answer::Value),
        "getattr" => Family::Method(&[Name], Answer::Value),
        "setattr" => Family::Method(&[Name, Optional], Answer::Unit),
        "compare" => Family::Method(&[VALUE, Compare], Answer::Value),
        "descr_get" => Family::Method(&[VALUE, VALUE], Answer::Value),
        "descr_set" => Family::Method(&[VALUE, Optional], Answer::Unit),
        "iadd" | "isub" | "imul" | "imod" | "ipow" | "ilshift" | "irshift" | "iand" | "ixor"
        | "ior" | "ifloordiv" | "itruediv" | "imatmul" => Family::Method(&[VALUE], Answer::Value),
        "add" | "sub" | "mul" | "mod_" | "divmod" | "lshift" | "rshift" | "and" | "xor" | "or"
        | "floordiv" | "truediv" | "matmul" => Family::Operator(2),
        "pow" => Family::Operator(3),
        "new" => Family::Call(Style::New),
        "init" => Family::Call(Style::Init),
        "call" => Family::Call(Style::Function),
        _ => return None,
    })
}

/// A slot, written.
pub struct Slot {
    /// The statement that enters it into `slots`.
    pub entry: TokenStream,
    /// `__text_signature__` of the type, if the slot is its constructor.
    pub signature: Option<String>,
}

/// Writes the slot named by `options` for the function `signature` of an `impl` block of `this`.
pub fn expand(
    signature: &mut syn::Signature,
    options: &attrs::Options,
    this: &Type,
) -> Result<Slot> {
    let Some(name) = &options.slot else {
        return Err(Error::new(signature.ident.span(), "`#[slot(…)]` needs the name of a slot"));
    };
    // Slots whose Rust name would be a keyword have an underscore behind it.
    let field = match name.to_string().as_str() {
        keyword @ ("mod" | "await") => Ident::new(&format!("{keyword}_"), name.span()),
        _ => name.clone(),
    };
    let Some(family) = family(&field.to_string()) else {
        return Err(Error::new(name.span(), format!("there is no slot `{name}`")));
    };
    let (function, text) = match family {
        Family::Method(operands, answer) => {
            no_signature(options)?;
            let function = RustFn::new(signature, Receiver::Instance, Some(this))?;
            let types: Vec<_> = operands.iter().map(|o| o.ty()).collect();
            (method(&function, &types, answer, this)?, None)
        }
        Family::Operator(operands) => {
            no_signature(options)?;
            let function = RustFn::new(signature, Receiver::None, Some(this))?;
            (method(&function, &vec![Operand::Value.ty(); operands], Answer::Value, this)?, None)
        }
        Family::Call(style) => call(signature, options, style, this)?,
    };
    let entry =
        quote_spanned!(name.span()=> slots.#field = ::core::option::Option::Some(#function););
    Ok(Slot { entry, signature: text })
}

fn no_signature(options: &attrs::Options) -> Result<()> {
    match &options.sig {
        Some(sig) => Err(Error::new(sig.span(), "only `new`, `init` and `call` have a signature")),
        None => Ok(()),
    }
}

fn method(
    function: &RustFn,
    operands: &[TokenStream],
    answer: Answer,
    this: &Type,
) -> Result<TokenStream> {
    if function.parameters.len() != operands.len() {
        let message = format!(
            "this slot takes {} operand{} (receiver and `vm` aside), not {}",
            operands.len(),
            if operands.len() == 1 { "" } else { "s" },
            function.parameters.len(),
        );
        return Err(Error::new(function.ident.span(), message));
    }
    let names: Vec<_> = (0..operands.len()).map(|i| format_ident!("p{i}")).collect();
    let args: Vec<_> = names.iter().map(|n| quote!(#n)).collect();
    let receiver = function.receiver.as_ref().map(|_| quote!(this: ::objects::value::Value,));
    let cast = receiver_cast(function, this);
    let body = if answer == Answer::Value {
        function.call_into_value(&args)
    } else {
        function.call_into_result(&args)
    };
    let answer = answer.ty();
    let ident = &function.ident;
    Ok(quote! {{
        #[allow(unused_variables)]
        fn #ident(
            vm: &mut ::objects::vm::Vm,
            #receiver
            #(#names: #operands),*
        ) -> ::objects::vm::PyResult<#answer> {
            #cast
            #body
        }
        #ident
    }})
}

fn receiver_cast(function: &RustFn, this: &Type) -> TokenStream {
    match &function.receiver {
        Some(ty) if !attrs::is_path(ty, "Value") => quote! {
            let this = ::objects::layout::receiver::<#this>(this);
        },
        _ => TokenStream::new(),
    }
}

fn call(
    signature: &mut syn::Signature,
    options: &attrs::Options,
    style: Style,
    this: &Type,
) -> Result<(TokenStream, Option<String>)> {
    let receiver = if style == Style::New { Receiver::Class } else { Receiver::Instance };
    let function = RustFn::new(signature, receiver, Some(this))?;
    let owner = owner_of(this);
    let mut wrapper = Wrapper::new(&function, receiver, owner, Some(this), options, style)?;
    if style == Style::Function {
        wrapper.name = "__call__".into();
    }
    let spec = (!function.is_raw()).then(|| wrapper.spec());
    let (this_ty, cast, class) = if style == Style::New {
        let cast = match &function.receiver {
            Some(ty) if attrs::is_path(ty, "Value") => {
                quote!(let this = ::objects::value::Value::from(this);)
            }
            _ => TokenStream::new(),
        };
        (quote!(::objects::args::parts::Gc<::objects::types::Type>), cast, quote!(this))
    } else {
        (
            quote!(::objects::value::Value),
            receiver_cast(&function, this),
            quote!(::objects::types::class_of(this)),
        )
    };
    // A constructor without keywords leaves them to a subclass that overrides the other half of construction.
    let lenient = style != Style::Function && !function.is_raw() && !takes_keywords(&wrapper);
    let strip = lenient.then(|| {
        quote! {
            let (args, kwnames) = if kwnames.is_undef() {
                (args, kwnames)
            } else {
                ::objects::args::constructor_arguments(&SPEC, #class, args, kwnames)
            };
        }
    });
    let parse = wrapper.parse_arguments()?;
    let names = wrapper.argument_names();
    let (body, answer) = if style == Style::Init {
        (function.call_into_result(&names), quote!(()))
    } else {
        (function.call_into_value(&names), quote!(::objects::value::Value))
    };
    let ident = &function.ident;
    let tokens = quote! {{
        #[allow(unused_variables)]
        fn #ident(
            vm: &mut ::objects::vm::Vm,
            this: #this_ty,
            args: &[::objects::value::Value],
            kwnames: ::objects::value::Value,
        ) -> ::objects::vm::PyResult<#answer> {
            #spec
            #strip
            #cast
            #parse
            #body
        }
        #ident
    }};
    let text = (style != Style::Function).then(|| wrapper.text(options)).filter(|t| !t.is_empty());
    Ok((tokens, text))
}

fn takes_keywords(wrapper: &Wrapper<'_>) -> bool {
    use crate::signature::Kind;
    wrapper.signature.as_ref().is_some_and(|signature| {
        signature
            .parameters
            .iter()
            .any(|p| !matches!(p.kind, Kind::PositionalOnly | Kind::VarPositional))
    })
}

/// The `Owner` of what a type has.
pub fn owner_of(this: &Type) -> TokenStream {
    quote!(::objects::args::Owner::Type(<#this as ::objects::layout::Object>::def))
}
