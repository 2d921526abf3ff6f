//! Options in attributes, doc comments, and small questions about types that all three macros ask.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Error, Expr, Ident, Lit, LitStr, Meta, Result, Token, Type};

/// The options of `#[method(…)]` and its relatives.
#[derive(Default)]
pub struct Options {
    /// The slot of `#[slot(name, …)]`.
    pub slot: Option<Ident>,
    /// Python-visible name.
    pub name: Option<LitStr>,
    /// `__text_signature__`.
    pub sig: Option<LitStr>,
    /// `__doc__`.
    pub doc: Option<LitStr>,
    /// See `Facts::leaf`.
    pub leaf: bool,
    /// See `Facts::pure`.
    pub pure: bool,
    /// The signature drives parsing but isn't shown.
    pub no_text: bool,
    /// A `member_descriptor`.
    pub member: bool,
}

impl Options {
    /// Reads the options of one attribute; `allowed` are the names it may have.
    pub fn parse(attr: &Attribute, allowed: &[&str]) -> Result<Options> {
        let mut options = Options::default();
        if matches!(attr.meta, Meta::Path(_)) {
            return Ok(options);
        }
        attr.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                let key = input.call(Ident::parse_any)?;
                let is_slot_name = allowed.contains(&"slot") && options.slot.is_none();
                if is_slot_name {
                    options.slot = Some(key);
                } else {
                    options.read(&key, input, allowed)?;
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        })?;
        Ok(options)
    }

    fn read(&mut self, key: &Ident, input: ParseStream<'_>, allowed: &[&str]) -> Result<()> {
        let word = key.to_string();
        if !allowed.contains(&word.as_str()) {
            let known: Vec<&str> = allowed.iter().copied().filter(|a| *a != "slot").collect();
            let hint =
                if known.is_empty() { "there are no options".into() } else { known.join(", ") };
            return Err(Error::new(
                key.span(),
                format!("unknown option `{word}`; known here: {hint}"),
            ));
        }
        match word.as_str() {
            "leaf" => self.leaf = true,
            "pure" => self.pure = true,
            "no_text" => self.no_text = true,
            "member" => self.member = true,
            _ => {
                input.parse::<Token![=]>()?;
                let text: LitStr = input.parse()?;
                match word.as_str() {
                    "name" => self.name = Some(text),
                    "sig" => self.sig = Some(text),
                    _ => self.doc = Some(text),
                }
            }
        }
        Ok(())
    }
}

/// Takes the attributes called `name` out of `attrs`.
pub fn take(attrs: &mut Vec<Attribute>, name: &str) -> Vec<Attribute> {
    attrs.extract_if(.., |attr| attr.path().is_ident(name)).collect()
}

/// The text of the doc comments in `attrs`, as Python shows it.
pub fn doc_text(attrs: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attr in attrs {
        if let Meta::NameValue(pair) = &attr.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            for line in text.value().split('\n') {
                lines.push(line.strip_prefix(' ').unwrap_or(line).trim_end().to_string());
            }
        }
    }
    lines.join("\n").trim_matches('\n').to_string()
}

/// `doc` if given, else the doc comments.
pub fn doc_or(doc: Option<&LitStr>, attrs: &[Attribute]) -> String {
    doc.map_or_else(|| doc_text(attrs), LitStr::value)
}

/// The expression of an attribute `#[name(EXPR)]`.
pub fn expression(attr: &Attribute) -> Result<Expr> {
    attr.parse_args()
}

/// A list of strings or paths: the content of `extra("a", "b")`, `types(A, B)`, `flags(A, B)`.
pub fn list<T: Parse>(input: ParseStream<'_>) -> Result<Vec<T>> {
    let content;
    syn::parenthesized!(content in input);
    Ok(content.parse_terminated(T::parse, Token![,])?.into_iter().collect())
}

/// Reads `key`, `key = …` and `key(…)` separated by commas; `read` is given each key and the rest.
pub fn options(
    args: TokenStream,
    mut read: impl FnMut(&Ident, ParseStream<'_>) -> Result<()>,
) -> Result<()> {
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            read(&key, input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    parser.parse2(args)
}

/// `= VALUE` after a key.
pub fn value<T: Parse>(input: ParseStream<'_>) -> Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// Whether `ty` is a path that ends in `name` (without regard to arguments).
pub fn is_path(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == name)
}

/// The `T` of a path `Name<T>`.
pub fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let segment = last_segment(ty)?;
    if segment.ident != name {
        return None;
    }
    let syn::PathArguments::AngleBracketed(list) = &segment.arguments else { return None };
    list.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

/// Whether `ty` is `&mut Vm`.
pub fn is_vm(ty: &Type) -> bool {
    matches!(ty, Type::Reference(r) if r.mutability.is_some() && is_path(&r.elem, "Vm"))
}

/// Whether `ty` is `&[Value]`.
pub fn is_values(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else { return false };
    matches!(&*reference.elem, Type::Slice(slice) if is_path(&slice.elem, "Value"))
}

/// The name that the item `ident` has in Python.
pub fn python_name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The name that the parameter `ident` has in Python: without one leading underscore, which only says "unused".
pub fn parameter_name(ident: &Ident) -> String {
    let name = python_name(ident);
    match name.strip_prefix('_') {
        Some(rest) if !rest.starts_with('_') && !rest.is_empty() => rest.to_string(),
        _ => name,
    }
}

/// The identifier `text`.
pub fn ident(text: &str) -> Ident {
    Ident::new(text, Span::call_site())
}

/// `Self` replaced by `this` in `tokens`, for functions written outside the `impl` block.
pub fn without_self(tokens: TokenStream, this: &Type) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Ident(word) if word == "Self" => quote!(#this),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_self(group.stream(), this));
                inner.set_span(group.span());
                TokenTree::Group(inner).into()
            }
            other => other.into(),
        })
        .collect()
}
