//! Misuse of the macros: what the compiler says about it. What the macros write is run by `tests/natives.rs`.

use crate::signature::Signature;
use crate::{pymethods, pymodule, pytype};
use proc_macro2::TokenStream;
use syn::LitStr;

/// The messages of an expansion: the error it ends with, or those it contains.
fn messages(result: syn::Result<TokenStream>) -> String {
    match result {
        Err(error) => error.to_string(),
        Ok(tokens) => {
            let text = tokens.to_string();
            let texts = text.split("compile_error").skip(1);
            let quoted =
                texts.filter_map(|t| t.split_once('"').and_then(|(_, t)| t.split_once("\" }")));
            quoted.map(|(message, _)| message.replace("\\\"", "\"")).collect::<Vec<_>>().join("; ")
        }
    }
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

#[test]
fn misuse_of_pytype() {
    let cases = [
        ("", "struct A;", "`#[pytype]` needs `name = \"…\"`"),
        ("name = \"a\", colour = 3", "struct A;", "unknown option `colour` of `#[pytype]`"),
        ("name = \"a\"", "struct A<T> { t: T }", "a Python type can't be generic"),
        ("name = \"a\"", "struct A(u8);", "the fields of a Python type have names"),
        ("name = \"a\"", "#[repr(packed)] struct A {}", "`#[pytype]` chooses the representation"),
        ("name = \"a\"", "struct A { header: u8 }", "`#[pytype]` adds the field `header` itself"),
        (
            "name = \"a\", extends = B",
            "struct A { base: u8 }",
            "`extends` adds the field `base` itself",
        ),
        (
            "name = \"a\", base = B, no_base",
            "struct A {}",
            "`base` and `no_base` exclude each other",
        ),
        ("name = \"a\"", "struct A {}", ""),
    ];
    for (args, item, expected) in cases {
        assert_eq!(messages(pytype::expand(tokens(args), tokens(item))), expected, "{args} {item}");
    }
}

#[test]
fn misuse_of_pymethods() {
    let cases = [
        ("#[method] fn f(&self) {}", "a native function takes `this: Gc<Self>`, not `self`"),
        ("#[method] fn f() {}", "the first parameter has to be `this: Gc<Self>`"),
        ("#[method] fn f(vm: &mut Vm) {}", "the first parameter has to be `this: Gc<Self>`"),
        ("#[classmethod] fn f(x: i64) {}", "a receiver is `cls: Gc<Type>` or `Value`"),
        ("#[method] fn f<T>(this: Gc<Self>) {}", "a native function can't be generic"),
        (
            "#[method] fn f(this: Gc<Self>, (a, b): X) {}",
            "a parameter of a native function has a plain name",
        ),
        (
            "#[method] fn f(this: Gc<Self>, x: i64, vm: &mut Vm) {}",
            "`vm` comes first, or right after the receiver",
        ),
        (
            "#[method(foo)] fn f(this: Value) {}",
            "unknown option `foo`; known here: name, sig, doc, leaf, pure, no_text",
        ),
        (
            "#[method(sig = \"(a, b)\")] fn f(this: Value, a: i64) {}",
            "the signature has 2 parameters but the function takes 1 (receiver and `vm` aside)",
        ),
        (
            "#[method(sig = \"(a='')\")] fn f(this: Value, a: i64) {}",
            "the default `''` needs `Option<…>` or `#[default(…)]` here",
        ),
        (
            "#[method(sig = \"(a)\")] fn f(this: Value, #[default(1)] a: i64) {}",
            "the signature gives this parameter no default",
        ),
        (
            "#[method(sig = \"(*a)\")] fn f(this: Value, a: Value) {}",
            "a `*` parameter is `&[Value]`",
        ),
        (
            "#[method(sig = \"(**a)\")] fn f(this: Value, a: Value) {}",
            "a `**` parameter is `KwArgs<'_>`",
        ),
        ("#[slot(nonsense)] fn f(this: Value) {}", "there is no slot `nonsense`"),
        ("#[slot] fn f(this: Value) {}", "`#[slot(…)]` needs the name of a slot"),
        (
            "#[slot(len)] fn f(this: Value, x: Value) {}",
            "this slot takes 0 operands (receiver and `vm` aside), not 1",
        ),
        (
            "#[slot(len, sig = \"()\")] fn f(this: Value) {}",
            "only `new`, `init` and `call` have a signature",
        ),
        ("#[setter] fn set_x(this: Value, v: Value) {}", "there is no getter for `x`"),
        ("#[setter] fn set_x(this: Value) {}", "a setter takes the receiver, `vm` and one value"),
        ("#[getter] fn x(this: Value, v: Value) {}", "a getter takes the receiver and `vm` only"),
        (
            "#[getter] fn x(this: Value) {} #[getter] fn get_x(this: Value) {}",
            "`x` has a getter already",
        ),
        ("#[constant] fn x(v: Value) {}", "a constant's function takes `vm` only"),
        ("#[method] fn f(&self) {} #[method] fn g() {}", TWO_ERRORS),
        ("fn helper(&self) {}", ""),
    ];
    for (item, expected) in cases {
        let block = tokens(&format!("impl A {{ {item} }}"));
        assert_eq!(messages(pymethods::expand(TokenStream::new(), block)), expected, "{item}");
    }
    let generic = pymethods::expand(TokenStream::new(), tokens("impl<T> A<T> {}"));
    assert_eq!(messages(generic), "a Python type can't be generic");
    let of_trait = pymethods::expand(TokenStream::new(), tokens("impl T for A {}"));
    assert_eq!(messages(of_trait), "`#[pymethods]` stands on an inherent `impl`");
}

const TWO_ERRORS: &str = "a native function takes `this: Gc<Self>`, not `self`; the first parameter has to be `this: Gc<Self>`";

#[test]
fn misuse_of_pymodule() {
    let cases = [
        ("", "mod a {}", "`#[pymodule]` needs `name = \"…\"`"),
        ("name = \"a\"", "mod a;", "`#[pymodule]` stands on a `mod` with its items in braces"),
        (
            "name = \"a\"",
            "mod a { #[exec] fn e() {} }",
            "`#[exec]` stands on `fn exec(vm: &mut Vm, module: Value)`",
        ),
        (
            "name = \"a\"",
            "mod a { #[exec] fn e(m: Value) {} #[exec] fn f(m: Value) {} }",
            "a module has one `#[exec]`",
        ),
        (
            "name = \"a\"",
            "mod a { #[attr(x)] const X: u8 = 1; }",
            "unknown option `x`; known here: name",
        ),
        ("name = \"a\"", "mod a {}", ""),
    ];
    for (args, item, expected) in cases {
        assert_eq!(
            messages(pymodule::expand(tokens(args), tokens(item))),
            expected,
            "{args} {item}"
        );
    }
}

#[test]
fn signatures() {
    let cases = [
        ("($self, a, b=[1, 2], c=',', /)", "($self, a, b=[1, 2], c=',', /)"),
        ("(a)", "($self, /, a)"),
        ("()", "($self, /)"),
        ("(a, /)", "($self, a, /)"),
        ("($module, *args)", "($self, *args)"),
        ("a", "a signature is written in parentheses, like \"($self, value, /)\""),
        ("(a=()", "unbalanced brackets or quotes in the signature"),
        ("(a=')", "unbalanced brackets or quotes in the signature"),
        ("(a, a)", "`a` appears twice"),
        ("(a=1, b)", "`b` is required but follows one with a default"),
        ("(*, a=1, b)", "`b` is required but follows one with a default"),
        ("(a, /, b, /)", "a signature has one `/`"),
        ("(*a, /)", "`/` has to follow a positional parameter"),
        ("(*a, *b)", "a signature has one `*` parameter"),
        ("(**a, b)", "`b` follows the `**` parameter"),
        ("(*a=1)", "`a` can't have a default"),
        ("(a-b)", "`a-b` is not a parameter"),
    ];
    for (text, expected) in cases {
        let literal = LitStr::new(text, proc_macro2::Span::call_site());
        let found = match Signature::parse(&literal, "$self") {
            Ok(signature) => signature.text,
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text}");
    }
}
