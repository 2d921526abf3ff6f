//! Interned identifiers of one compilation.
//!
//! Every identifier of the tree, and every name that the compiler makes up (`.0`, `__class__`, mangled names), becomes a
//! [`Sym`]: comparing and hashing names is then comparing small integers. Names live as long as the arena of the tree.

use bumpalo::Bump;
use rustc_hash::FxHashMap;

/// An interned name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(u32);

impl Sym {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

macro_rules! known_names {
    ($($(#[$doc:meta])* $konst:ident = $text:literal),* $(,)?) => {
        /// Names that the compiler itself uses, interned in every table at these places.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Known { $($konst),* }
        /// The names that the compiler itself uses.
        #[allow(missing_docs)]
        impl Sym { $($(#[$doc])* pub const $konst: Sym = Sym(Known::$konst as u32);)* }
        const KNOWN: &[&str] = &[$($text),*];
    };
}

known_names! {
    EMPTY = "",
    TOP = "top",
    LAMBDA = "lambda",
    GENEXPR = "genexpr",
    LISTCOMP = "listcomp",
    SETCOMP = "setcomp",
    DICTCOMP = "dictcomp",
    ANON_MODULE = "<module>",
    ANON_LAMBDA = "<lambda>",
    ANON_GENEXPR = "<genexpr>",
    ANON_LISTCOMP = "<listcomp>",
    ANON_SETCOMP = "<setcomp>",
    ANON_DICTCOMP = "<dictcomp>",
    DOT_ZERO = ".0",
    DOT_FORMAT = ".format",
    DOT_TYPE_PARAMS = ".type_params",
    DOT_GENERIC_BASE = ".generic_base",
    DOT_DEFAULTS = ".defaults",
    DOT_KWDEFAULTS = ".kwdefaults",
    ANNOTATE = "__annotate__",
    ANNOTATE_FUNC = "__annotate_func__",
    ANNOTATIONS = "__annotations__",
    CONDITIONAL_ANNOTATIONS = "__conditional_annotations__",
    CLASS = "__class__",
    CLASSDICT = "__classdict__",
    CLASSCELL = "__classcell__",
    CLASSDICTCELL = "__classdictcell__",
    DEBUG = "__debug__",
    DOC = "__doc__",
    FIRSTLINENO = "__firstlineno__",
    MODULE = "__module__",
    NAME = "__name__",
    QUALNAME = "__qualname__",
    STATIC_ATTRIBUTES = "__static_attributes__",
    TYPE_PARAMS = "__type_params__",
    ALL = "all",
    ANY = "any",
    FORMAT = "format",
    JOIN = "join",
    RETURN = "return",
    SELF = "self",
    STAR = "*",
    SUPER = "super",
    TUPLE = "tuple",
}

/// The table of names.
#[derive(Debug)]
pub struct Names<'a> {
    arena: &'a Bump,
    texts: Vec<&'a str>,
    index: FxHashMap<&'a str, Sym>,
}

impl<'a> Names<'a> {
    /// A table that holds the compiler's own names.
    #[must_use]
    pub fn new(arena: &'a Bump) -> Self {
        let mut names = Names { arena, texts: Vec::new(), index: FxHashMap::default() };
        for text in KNOWN {
            names.intern(text);
        }
        names
    }

    /// The symbol of a name that lives in the arena.
    pub fn intern(&mut self, text: &'a str) -> Sym {
        if let Some(&sym) = self.index.get(text) {
            return sym;
        }
        let sym = Sym(self.texts.len() as u32);
        self.texts.push(text);
        self.index.insert(text, sym);
        sym
    }

    /// The symbol of a name that does not live in the arena yet.
    pub fn intern_owned(&mut self, text: &str) -> Sym {
        match self.index.get(text) {
            Some(&sym) => sym,
            None => self.intern(self.arena.alloc_str(text)),
        }
    }

    /// The text of a symbol of this table.
    #[must_use]
    pub fn text(&self, sym: Sym) -> &'a str {
        self.texts.get(sym.index()).copied().unwrap_or_default()
    }

    /// The name mangling of private names: `__x` in class `C` becomes `_C__x`.
    ///
    /// Names that end in two underscores or contain a dot stay, and so do all names in a class whose name consists of
    /// underscores.
    pub fn mangle(&mut self, private: Option<Sym>, name: Sym) -> Sym {
        let Some(private) = private else { return name };
        let text = self.text(name);
        if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
            return name;
        }
        let class = self.text(private).trim_start_matches('_');
        if class.is_empty() {
            return name;
        }
        self.intern(self.arena.alloc_str(&format!("_{class}{text}")))
    }
}
