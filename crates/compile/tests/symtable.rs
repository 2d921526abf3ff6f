//! The symbol table as text, on snippets that show each kind of block.

use bumpalo::Bump;
use compile::symtable::build;

/// Compares the symbol table of a source with its text.
fn check(source: &str, expected: &str) {
    let arena = Bump::new();
    let parsed =
        syntax::parse(source.as_bytes(), syntax::Mode::Exec, &syntax::Options::default(), &arena)
            .unwrap();
    let table =
        build::build(&parsed.module, compile::future::Future::default(), false, &arena).unwrap();
    let text = table.to_string();
    assert_eq!(text.trim_end(), expected.trim(), "{source}");
}

#[test]
fn closures() {
    check(
        "def f(a):\n b = 1\n def g(): return a, c, len\n global c\n",
        "
module top line 0
  f: local -> local
  c: global -> global explicit
    annotation __annotate__ line 1
      .format: param use -> local
    function f line 1
      a: param -> cell
      b: local -> local
      g: local -> local
      c: global -> global explicit
        annotation __annotate__ line 3 nested
          .format: param use -> local
        function g line 3 nested returns-value
          a: use -> free
          c: use -> global implicit
          len: use -> global implicit",
    );
}

#[test]
fn comprehensions_are_inlined() {
    check(
        "def f(a):\n return [lambda: b for b in a], (c for c in a)\n",
        "
module top line 0
  f: local -> local
    annotation __annotate__ line 1
      .format: param use -> local
    function f line 1 returns-value
      a: param use -> local
      b: local comp-iter comp-cell -> cell
        function lambda line 2 nested
          b: use -> free
        generator expression genexpr line 2 nested generator
          .0: param -> local
          c: local use comp-iter -> local",
    );
}

#[test]
fn classes() {
    check(
        "class A[T]:\n x: T\n def m(self): super\n",
        "
module top line 0
  A: local -> local
    type parameters A line 1
      .type_params: local use -> cell
      .generic_base: local use -> local
      T: local type-param -> cell
        class A line 1 nested needs-class-closure needs-classdict
          __type_params__: local -> local
          .type_params: use -> free
          x: local annot -> local
          m: local -> local
          T: -> free
            annotation __annotate__ line 2 nested sees-class
              .format: param use -> local
              __classdict__: use -> free
              T: use -> free
            annotation __annotate__ line 3 nested sees-class
              .format: param use -> local
              __classdict__: use -> free
            function m line 3 nested method
              self: param -> local
              super: use -> global implicit
              __class__: use -> free",
    );
}
