//! The symbol table as text (`-X dump=symtable`), and the tests' view of it.

use std::fmt::{self, Write as _};

use super::{
    BlockKind, Comprehension, DEF_ANNOT, DEF_COMP_CELL, DEF_COMP_ITER, DEF_FREE_CLASS, DEF_GLOBAL,
    DEF_IMPORT, DEF_LOCAL, DEF_NONLOCAL, DEF_PARAM, DEF_TYPE_PARAM, NameScope, Scope, ScopeId,
    SymbolTable, USE,
};

const FLAGS: [(u32, &str); 11] = [
    (DEF_GLOBAL, "global"),
    (DEF_LOCAL, "local"),
    (DEF_PARAM, "param"),
    (DEF_NONLOCAL, "nonlocal"),
    (USE, "use"),
    (DEF_FREE_CLASS, "free-class"),
    (DEF_IMPORT, "import"),
    (DEF_ANNOT, "annot"),
    (DEF_COMP_ITER, "comp-iter"),
    (DEF_TYPE_PARAM, "type-param"),
    (DEF_COMP_CELL, "comp-cell"),
];

impl fmt::Display for SymbolTable<'_> {
    /// A block a paragraph, indented by nesting: its kind, name, line and properties, then its symbols.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_scope(f, SymbolTable::TOP, 0)
    }
}

impl SymbolTable<'_> {
    fn fmt_scope(&self, f: &mut fmt::Formatter<'_>, id: ScopeId, depth: usize) -> fmt::Result {
        let scope = self.scope(id);
        write!(
            f,
            "{:indent$}{} {}",
            "",
            kind_name(scope),
            self.names.text(scope.name),
            indent = depth * 4
        )?;
        write!(f, " line {}", scope.range.line)?;
        for property in properties(scope) {
            write!(f, " {property}")?;
        }
        f.write_char('\n')?;
        for (&name, &flags) in &scope.symbols {
            write!(f, "{:indent$}{}:", "", self.names.text(name), indent = depth * 4 + 2)?;
            for (_, flag) in FLAGS.iter().filter(|(bit, _)| flags & bit != 0) {
                write!(f, " {flag}")?;
            }
            writeln!(f, " -> {}", scope_name(NameScope::of(flags)))?;
        }
        scope.children.iter().try_for_each(|&child| self.fmt_scope(f, child, depth + 1))
    }
}

fn kind_name(scope: &Scope) -> &'static str {
    match (scope.kind, scope.comprehension) {
        (_, Some(Comprehension::List)) => "list comprehension",
        (_, Some(Comprehension::Set)) => "set comprehension",
        (_, Some(Comprehension::Dict)) => "dict comprehension",
        (_, Some(Comprehension::Generator)) => "generator expression",
        (BlockKind::Function, None) => "function",
        (BlockKind::Class, None) => "class",
        (BlockKind::Module, None) => "module",
        (BlockKind::Annotation, None) => "annotation",
        (BlockKind::TypeVariable, None) => "type variable",
        (BlockKind::TypeAlias, None) => "type alias",
        (BlockKind::TypeParameters, None) => "type parameters",
    }
}

fn scope_name(scope: NameScope) -> &'static str {
    match scope {
        NameScope::Unknown => "unknown",
        NameScope::Local => "local",
        NameScope::GlobalExplicit => "global explicit",
        NameScope::GlobalImplicit => "global implicit",
        NameScope::Free => "free",
        NameScope::Cell => "cell",
    }
}

fn properties(scope: &Scope) -> impl Iterator<Item = &'static str> {
    [
        (scope.nested, "nested"),
        (scope.generator, "generator"),
        (scope.coroutine, "coroutine"),
        (scope.varargs, "varargs"),
        (scope.varkeywords, "varkeywords"),
        (scope.returns_value, "returns-value"),
        (scope.needs_class_closure, "needs-class-closure"),
        (scope.needs_classdict, "needs-classdict"),
        (scope.has_conditional_annotations, "conditional-annotations"),
        (scope.comp_inlined, "inlined"),
        (scope.can_see_class_scope, "sees-class"),
        (scope.has_docstring, "docstring"),
        (scope.method, "method"),
    ]
    .into_iter()
    .filter(|(set, _)| *set)
    .map(|(_, name)| name)
}
