//! `#[pytype]`: a struct becomes the layout of a Python type.
//!
//! Out come the struct itself (`repr(C)`, header or base first), its `Layout` and `TypeDef`, the tracing function, the
//! `Object` implementation and the constructors `create` and `create_as`.

use crate::attrs;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Error, Expr, Field, Fields, Ident, ItemStruct, LitStr, Path, Result, Token, Type};

/// The options of the attribute.
#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    doc: Option<LitStr>,
    signature: Option<LitStr>,
    flags: Vec<Ident>,
    extends: Option<Path>,
    base: Option<Expr>,
    no_base: bool,
    shape: Option<Expr>,
    no_methods: bool,
    extra: Vec<LitStr>,
    full_size: Option<Path>,
    no_create: bool,
    def: Option<Ident>,
}

impl Options {
    fn parse(args: TokenStream) -> Result<Options> {
        let mut options = Options::default();
        attrs::options(args, |key, input| {
            match key.to_string().as_str() {
                "name" => options.name = Some(attrs::value(input)?),
                "doc" => options.doc = Some(attrs::value(input)?),
                "signature" => options.signature = Some(attrs::value(input)?),
                "flags" => options.flags = attrs::list(input)?,
                "extends" => options.extends = Some(attrs::value(input)?),
                "base" => options.base = Some(attrs::value(input)?),
                "no_base" => options.no_base = true,
                "shape" => options.shape = Some(attrs::value(input)?),
                "no_methods" => options.no_methods = true,
                "extra" => options.extra = attrs::list(input)?,
                "full_size" => options.full_size = Some(attrs::value(input)?),
                "no_create" => options.no_create = true,
                "def" => options.def = Some(attrs::value(input)?),
                other => {
                    return Err(Error::new(
                        key.span(),
                        format!("unknown option `{other}` of `#[pytype]`"),
                    ));
                }
            }
            Ok(())
        })?;
        Ok(options)
    }
}

/// A field that isn't the header or the base.
struct OwnField {
    ident: Ident,
    ty: Type,
    traced: bool,
    init: Option<Expr>,
}

/// Expands `#[pytype(args)] item`.
pub fn expand(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options = Options::parse(args)?;
    let mut item: ItemStruct = syn::parse2(item)?;
    if !item.generics.params.is_empty() {
        return Err(Error::new(item.generics.span(), "a Python type can't be generic"));
    }
    let Some(name) = options.name.clone() else {
        return Err(Error::new(item.ident.span(), "`#[pytype]` needs `name = \"…\"`"));
    };
    if options.base.is_some() && options.no_base {
        return Err(Error::new(item.ident.span(), "`base` and `no_base` exclude each other"));
    }
    let own = take_fields(&mut item)?;
    let definition = definition(&item, &options, &name, &own);
    let constructors = constructors(&item, &options, &own);
    insert_first_field(&mut item, &options)?;
    item.attrs.push(syn::parse_quote!(#[repr(C)]));
    Ok(quote!(#item #definition #constructors))
}

fn take_fields(item: &mut ItemStruct) -> Result<Vec<OwnField>> {
    if let Fields::Unnamed(fields) = &item.fields {
        return Err(Error::new(fields.span(), "the fields of a Python type have names"));
    }
    if let Some(repr) = item.attrs.iter().find(|a| a.path().is_ident("repr")) {
        return Err(Error::new(repr.span(), "`#[pytype]` chooses the representation"));
    }
    let mut own = Vec::new();
    for field in item.fields.iter_mut() {
        let traced = attrs::take(&mut field.attrs, "untraced").is_empty();
        let init = match attrs::take(&mut field.attrs, "init").first() {
            Some(attr) => Some(attrs::expression(attr)?),
            None => None,
        };
        let Some(ident) = field.ident.clone() else { continue };
        if ident == "header" {
            return Err(Error::new(ident.span(), "`#[pytype]` adds the field `header` itself"));
        }
        own.push(OwnField { ident, ty: field.ty.clone(), traced, init });
    }
    Ok(own)
}

fn insert_first_field(item: &mut ItemStruct, options: &Options) -> Result<()> {
    if matches!(item.fields, Fields::Unit) {
        item.fields = Fields::Named(syn::parse_quote!({}));
        item.semi_token = None;
    }
    let Fields::Named(fields) = &mut item.fields else { return Ok(()) };
    let first: Field = match &options.extends {
        Some(base) => {
            let doc = "What the base has.";
            if let Some(clash) =
                fields.named.iter().find(|f| f.ident.as_ref().is_some_and(|i| i == "base"))
            {
                return Err(Error::new(clash.span(), "`extends` adds the field `base` itself"));
            }
            syn::parse_quote!(#[doc = #doc] pub base: #base)
        }
        None => syn::parse_quote!(#[allow(dead_code)] header: ::objects::args::parts::Header),
    };
    fields.named.insert(0, first);
    if !fields.named.trailing_punct() {
        fields.named.push_punct(<Token![,]>::default());
    }
    Ok(())
}

/// The layout, the type definition and the `Object` implementation.
fn definition(
    item: &ItemStruct,
    options: &Options,
    name: &LitStr,
    own: &[OwnField],
) -> TokenStream {
    let this = &item.ident;
    let layout_name = this.to_string();
    let object = quote!(::objects::layout::Object);
    let base_layout =
        optional(options.extends.as_ref().map(|base| quote!(<#base as #object>::LAYOUT)));
    let full_size = optional(options.full_size.as_ref().map(|path| quote!(#path)));
    let trace_fields = own.iter().filter(|f| f.traced).map(|f| {
        let ident = &f.ident;
        let ty = &f.ty;
        quote!(<#ty as ::objects::layout::Trace>::trace(&this.#ident, tracer);)
    });
    let trace_base = options.extends.as_ref().map(|base| {
        quote! {
            // SAFETY: the object begins with its base.
            unsafe { (<#base as #object>::LAYOUT.trace)(object, tracer) };
        }
    });
    let type_def = type_def(item, options, name);
    let (named, unnamed, def) = match &options.def {
        Some(def) => {
            let doc = format!("The definition of `{}`.", name.value());
            let named = quote!(#[doc = #doc] pub static #def: ::objects::def::TypeDef = #type_def;);
            (Some(named), None, quote!(#def))
        }
        None => (None, Some(quote!(static DEF: ::objects::def::TypeDef = #type_def;)), quote!(DEF)),
    };
    quote! {
        #named
        const _: () = {
            static LAYOUT: ::objects::layout::Layout = ::objects::layout::Layout {
                name: #layout_name,
                base: #base_layout,
                size: ::core::mem::size_of::<#this>().next_multiple_of(8),
                full_size: #full_size,
                trace,
                drop: if ::core::mem::needs_drop::<#this>() { ::core::option::Option::Some(drop) } else { ::core::option::Option::None },
            };

            #unnamed

            #[allow(unused_variables)]
            unsafe fn trace(
                object: *mut ::objects::args::parts::Header,
                tracer: &mut ::objects::args::parts::Tracer,
            ) {
                #trace_base
                // SAFETY: called with live objects of this layout only.
                let this = unsafe { &*object.cast::<#this>() };
                #(#trace_fields)*
            }

            #[allow(dead_code)]
            unsafe fn drop(object: *mut ::objects::args::parts::Header) {
                // SAFETY: called once with a dead object of this layout.
                unsafe { ::core::ptr::drop_in_place(object.cast::<#this>()) }
            }

            // SAFETY: the struct is `repr(C)`, begins with a header or with its base, and LAYOUT was made from it.
            unsafe impl #object for #this {
                const LAYOUT: &'static ::objects::layout::Layout = &LAYOUT;
                #[inline(always)]
                fn def() -> &'static ::objects::def::TypeDef {
                    &#def
                }
            }

            impl #this {
                #[doc(hidden)]
                pub const __DEF: &'static ::objects::def::TypeDef = &#def;
            }
        };
    }
}

fn type_def(item: &ItemStruct, options: &Options, name: &LitStr) -> TokenStream {
    let this = &item.ident;
    let doc = attrs::doc_or(options.doc.as_ref(), &item.attrs);
    let base = match (&options.base, &options.extends) {
        (Some(base), _) => quote!(::core::option::Option::Some(#base)),
        (None, Some(base)) => quote!(::core::option::Option::Some(<#base>::__DEF)),
        (None, None) if options.no_base => quote!(::core::option::Option::None),
        (None, None) => quote!(::core::option::Option::Some(::objects::object::OBJECT)),
    };
    let mutable = options.flags.iter().any(|flag| flag == "MUTABLE");
    let immutable = (!mutable).then(|| attrs::ident("IMMUTABLE"));
    let flags = options.flags.iter().filter(|flag| *flag != "MUTABLE").chain(&immutable).fold(
        quote!(::objects::def::TypeFlags::NONE),
        |flags, flag| quote!(#flags.with(::objects::def::TypeFlags::#flag)),
    );
    let made = match &options.shape {
        Some(shape) => quote!(::objects::def::Made::with_shape(#shape)),
        None => quote!(::objects::def::Made::new()),
    };
    let blocks: Vec<Option<&LitStr>> = (!options.no_methods)
        .then_some(None)
        .into_iter()
        .chain(options.extra.iter().map(Some))
        .collect();
    let table = |stem: &str| {
        let tables = blocks.iter().map(|block| {
            let name = block_item(stem, *block);
            quote!(<#this>::#name)
        });
        quote!(&[#(#tables),*])
    };
    let (methods, getset, consts) = (table("METHODS"), table("GETSET"), table("CONSTS"));
    let slots = blocks.iter().map(|block| {
        let name = block_slots(*block);
        quote!(<#this>::#name(slots);)
    });
    let signature = match &options.signature {
        Some(text) => quote!(#text),
        None if options.no_methods => quote!(""),
        None => quote!(<#this>::__SIGNATURE),
    };
    quote! {
        ::objects::def::TypeDef {
            name: #name,
            doc: #doc,
            signature: #signature,
            base: #base,
            layout: <#this as ::objects::layout::Object>::LAYOUT,
            flags: #flags,
            slots: {
                #[allow(unused_variables)]
                fn slots(slots: &mut ::objects::slots::Slots) {
                    #(#slots)*
                }
                slots
            },
            methods: #methods,
            getset: #getset,
            consts: #consts,
            made: #made,
        }
    }
}

/// `create` and `create_as`, and the parts that a derived struct passes on.
fn constructors(item: &ItemStruct, options: &Options, own: &[OwnField]) -> TokenStream {
    if options.full_size.is_some() {
        return TokenStream::new();
    }
    let (this, vis) = (&item.ident, &item.vis);
    let parts = quote!(::objects::args::parts);
    let base = options.extends.as_ref();
    let arguments: Vec<(Ident, TokenStream)> = base
        .map(|base| (format_ident!("base"), quote!(<#base as #parts::Fields>::Parts)))
        .into_iter()
        .chain(own.iter().filter(|f| f.init.is_none()).map(|f| {
            let ty = &f.ty;
            (f.ident.clone(), quote!(#ty))
        }))
        .collect();
    let names: Vec<_> = arguments.iter().map(|a| &a.0).collect();
    let types: Vec<_> = arguments.iter().map(|a| &a.1).collect();
    let write_base = base.map(|base| {
        quote! {
            // SAFETY: the object begins with its base.
            unsafe { <#base as #parts::Fields>::write(__object.cast(), base) };
        }
    });
    let inits = own.iter().filter_map(|f| f.init.as_ref().map(|init| (&f.ident, init)));
    let inits = inits.map(|(ident, init)| quote!(let #ident = #init;));
    let writes = own.iter().map(|f| {
        let ident = &f.ident;
        quote! {
            // SAFETY: `__object` is uninitialised memory for this struct.
            unsafe { (&raw mut (*__object).#ident).write(#ident) };
        }
    });
    let fields = quote! {
        // SAFETY: `write` fills every field but the header.
        unsafe impl #parts::Fields for #this {
            type Parts = (#(#types,)*);
            #[inline(always)]
            #[allow(unused_variables)]
            unsafe fn write(__object: *mut Self, (#(#names,)*): Self::Parts) {
                #(#inits)*
                #write_base
                #(#writes)*
            }
        }
    };
    if options.no_create {
        return fields;
    }
    quote! {
        #fields
        impl #this {
            /// Makes an instance of exactly this type.
            #[allow(dead_code, clippy::too_many_arguments)]
            #[inline]
            #vis fn create(
                vm: &mut ::objects::vm::Vm,
                #(#names: #types),*
            ) -> ::objects::vm::PyResult<#parts::Gc<Self>> {
                #parts::create_exact(vm, (#(#names,)*))
            }
            /// Makes an instance of `cls`, which is this type or derives from it.
            #[allow(dead_code, clippy::too_many_arguments)]
            #[inline]
            #vis fn create_as(
                vm: &mut ::objects::vm::Vm,
                cls: #parts::Gc<::objects::types::Type>,
                #(#names: #types),*
            ) -> ::objects::vm::PyResult<#parts::Gc<Self>> {
                #parts::create(vm, cls, (#(#names,)*))
            }
        }
    }
}

fn optional(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// Name of a table of a `#[pymethods]` block: `__METHODS`, `__METHODS_SEQUENCE`.
pub fn block_item(stem: &str, block: Option<&LitStr>) -> Ident {
    match block {
        Some(name) => format_ident!("__{stem}_{}", name.value().to_uppercase(), span = name.span()),
        None => format_ident!("__{stem}"),
    }
}

/// Name of the function that enters the slots of a block.
pub fn block_slots(block: Option<&LitStr>) -> Ident {
    match block {
        Some(name) => format_ident!("__slots_{}", name.value().to_lowercase(), span = name.span()),
        None => format_ident!("__slots"),
    }
}
