//! The symbol table: one [`Scope`] for each block of the program, and what each name means in it.
//!
//! Two passes make it, as in CPython. [`build`] collects raw facts from the tree (this name is a parameter here, that one is
//! used); [`analyze`] decides on the scope of every name, finds cells and free variables and inlines comprehensions (PEP 709).
//! Code generation reads it, and so does the module `symtable`; the numeric values of the `DEF_…` flags are CPython's for that.

pub mod analyze;
pub mod build;
mod dump;
mod names;
mod visit_expr;
mod visit_stmt;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use syntax::ast::Range;

pub use names::{Names, Sym};

/// `global` statement.
pub const DEF_GLOBAL: u32 = 1;
/// Assignment in the block.
pub const DEF_LOCAL: u32 = 2;
/// Formal parameter.
pub const DEF_PARAM: u32 = 2 << 1;
/// `nonlocal` statement.
pub const DEF_NONLOCAL: u32 = 2 << 2;
/// The name is used.
pub const USE: u32 = 2 << 3;
/// A free variable of a class: the name is free in a method and also bound in the class.
pub const DEF_FREE_CLASS: u32 = 2 << 5;
/// Assignment by an import.
pub const DEF_IMPORT: u32 = 2 << 6;
/// The name is annotated.
pub const DEF_ANNOT: u32 = 2 << 7;
/// The name is an iteration variable of a comprehension.
pub const DEF_COMP_ITER: u32 = 2 << 8;
/// The name is a type parameter.
pub const DEF_TYPE_PARAM: u32 = 2 << 9;
/// The name is a cell in an inlined comprehension.
pub const DEF_COMP_CELL: u32 = 2 << 10;
/// Any binding in the block.
pub const DEF_BOUND: u32 = DEF_LOCAL | DEF_PARAM | DEF_IMPORT | DEF_TYPE_PARAM;
/// Where the scope of a name stands in its flags.
pub const SCOPE_OFFSET: u32 = 12;

/// What a name refers to in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum NameScope {
    /// The name does not occur, or is not resolved yet.
    Unknown = 0,
    /// Bound here and seen by this block only.
    Local = 1,
    /// Declared `global`.
    GlobalExplicit = 2,
    /// Found in no enclosing function.
    GlobalImplicit = 3,
    /// Bound in an enclosing function.
    Free = 4,
    /// Bound here and free in an inner block.
    Cell = 5,
}

impl NameScope {
    /// The scope in the flags of a symbol.
    #[must_use]
    pub const fn of(flags: u32) -> NameScope {
        match flags >> SCOPE_OFFSET & 0xf {
            1 => NameScope::Local,
            2 => NameScope::GlobalExplicit,
            3 => NameScope::GlobalImplicit,
            4 => NameScope::Free,
            5 => NameScope::Cell,
            _ => NameScope::Unknown,
        }
    }

    const fn bits(self) -> u32 {
        (self as u32) << SCOPE_OFFSET
    }
}

/// The kinds of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A function, lambda or comprehension.
    Function,
    /// A class body.
    Class,
    /// The module.
    Module,
    /// The annotations of a function, class or module (PEP 649).
    Annotation,
    /// The bound, constraints or default of a type parameter.
    TypeVariable,
    /// The value of a `type` statement.
    TypeAlias,
    /// The type parameters of a function, class or alias (PEP 695).
    TypeParameters,
}

/// The kinds of comprehensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comprehension {
    List,
    Dict,
    Set,
    Generator,
}

/// The place of a scope in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeId(u32);

impl ScopeId {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which of the scopes that belong to a node is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// The body of a function, class, lambda or comprehension, the value of a type alias.
    Body,
    /// The type parameters.
    TypeParams,
    /// The annotations of a function.
    Annotations,
    /// The default of a type parameter.
    Default,
}

/// Identifies a scope by a node of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScopeKey(usize, Role);

impl ScopeKey {
    pub(crate) fn new<T>(node: &T, role: Role) -> Self {
        ScopeKey(std::ptr::from_ref(node) as usize, role)
    }
}

/// The symbols of a block in the order in which they were first seen, with their flags.
pub type Symbols = IndexMap<Sym, u32, FxBuildHasher>;
/// A set of names in order of insertion, so that everything that is derived from it is deterministic.
pub(crate) type SymSet = IndexSet<Sym, FxBuildHasher>;

/// A block of the program.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The name of the function or class, or a fixed name such as `top`, `lambda` or `genexpr`.
    pub name: Sym,
    /// What kind of block it is.
    pub kind: BlockKind,
    /// Which comprehension it is.
    pub comprehension: Option<Comprehension>,
    /// Its symbols.
    pub symbols: Symbols,
    /// Its parameters in order.
    pub varnames: Vec<Sym>,
    /// The blocks directly inside.
    pub children: Vec<ScopeId>,
    /// `global` and `nonlocal` declarations, for error messages.
    pub(crate) directives: Vec<(Sym, Range)>,
    /// Where the block is.
    pub range: Range,
    /// What a type variable scope is, for error messages.
    pub(crate) info: &'static str,
    /// The annotations of a class or module.
    pub annotation_block: Option<ScopeId>,
    /// The only names that are mangled here; an index into `SymbolTable::mangled_sets`.
    pub(crate) mangled: Option<u32>,
    /// How many iterables of comprehensions surround the expression that is being visited.
    pub(crate) comp_iter_expr: u32,
    /// The target of a comprehension is being visited.
    pub(crate) comp_iter_target: bool,
    /// A statement that may not be executed is being visited.
    pub(crate) in_conditional_block: bool,
    /// An annotation that is never evaluated is being visited.
    pub(crate) in_unevaluated_annotation: bool,
    /// The block is inside a function.
    pub nested: bool,
    /// The block contains `yield`.
    pub generator: bool,
    /// The block is a coroutine.
    pub coroutine: bool,
    /// The function has a parameter `*args`.
    pub varargs: bool,
    /// The function has a parameter `**kwargs`.
    pub varkeywords: bool,
    /// The function returns a value.
    pub returns_value: bool,
    /// The block has annotations.
    pub annotations_used: bool,
    /// A class that needs a `__class__` cell.
    pub needs_class_closure: bool,
    /// A class that needs a `__classdict__` cell.
    pub needs_classdict: bool,
    /// A class or module some of whose annotations depend on control flow.
    pub has_conditional_annotations: bool,
    /// The comprehension is part of its enclosing block.
    pub comp_inlined: bool,
    /// An annotation scope directly in a class, which sees the names of the class.
    pub can_see_class_scope: bool,
    /// The block starts with a docstring.
    pub has_docstring: bool,
    /// The function stands directly in a class.
    pub method: bool,
}

impl Scope {
    /// The flags of a name; 0 if it does not occur.
    #[must_use]
    pub fn symbol(&self, name: Sym) -> u32 {
        self.symbols.get(&name).copied().unwrap_or(0)
    }

    /// What a name refers to.
    #[must_use]
    pub fn scope_of(&self, name: Sym) -> NameScope {
        NameScope::of(self.symbol(name))
    }

    /// Whether names of the block are fast locals.
    #[must_use]
    pub const fn is_function_like(&self) -> bool {
        !matches!(self.kind, BlockKind::Class | BlockKind::Module)
    }
}

/// The symbol table of a program.
#[derive(Debug)]
pub struct SymbolTable<'a> {
    /// All names.
    pub names: Names<'a>,
    scopes: Vec<Scope>,
    keys: FxHashMap<ScopeKey, ScopeId>,
    mangled_sets: Vec<FxHashSet<Sym>>,
}

impl<'a> SymbolTable<'a> {
    /// The scope of the module.
    pub const TOP: ScopeId = ScopeId(0);

    /// A scope.
    #[must_use]
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }

    pub(crate) fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.index()]
    }

    /// The scope that belongs to a node.
    pub(crate) fn lookup(&self, key: ScopeKey) -> Option<ScopeId> {
        self.keys.get(&key).copied()
    }

    /// Mangles a private name, unless the scope is one of type parameters of a class: there only the names of the type
    /// parameters themselves are mangled.
    pub(crate) fn maybe_mangle(&mut self, private: Option<Sym>, scope: ScopeId, name: Sym) -> Sym {
        if private.is_none() {
            return name;
        }
        if let Some(set) = self.scopes[scope.index()].mangled
            && !self.mangled_sets.get(set as usize).is_some_and(|set| set.contains(&name))
        {
            return name;
        }
        self.names.mangle(private, name)
    }
}
