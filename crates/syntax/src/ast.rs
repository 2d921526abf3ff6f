//! The abstract syntax tree: CPython 3.14's ASDL as Rust types.
//!
//! Nodes are immutable and live in one [`bumpalo::Bump`] per source file; the parser makes them, the
//! compiler's preprocessing pass may rebuild changed nodes in the same arena. Every node is `Copy`, and
//! sequences are slices of references, so a rebuilt parent shares its unchanged children and the address
//! of a node identifies it. Invariant: nothing in here owns memory, so dropping the arena frees the tree.
//!
//! Names of types and fields are those of the ASDL (`Lib/ast.py` documents them), apart from the words
//! that Rust reserves.

/// An identifier: NFKC-normalised, valid UTF-8.
///
/// Module names of imports are dotted, and the star import is the name `*`.
pub type Ident<'a> = &'a str;

/// A sequence of expressions.
pub type Exprs<'a> = &'a [&'a Expr<'a>];

/// A block of statements.
pub type Body<'a> = &'a [&'a Stmt<'a>];

/// Where a node stands: 1-based lines and columns counted in UTF-8 bytes, the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Range {
    /// First line (`lineno`).
    pub line: u32,
    /// Byte column of the first character (`col_offset`).
    pub col: u32,
    /// Last line (`end_lineno`).
    pub end_line: u32,
    /// Byte column after the last character (`end_col_offset`).
    pub end_col: u32,
}

impl Range {
    /// The range from the start of `self` to the end of `other`.
    #[must_use]
    pub const fn to(self, other: Range) -> Range {
        Range { line: self.line, col: self.col, end_line: other.end_line, end_col: other.end_col }
    }
}

/// What [`crate::parse`] makes, by mode.
#[derive(Clone, Copy, Debug)]
pub enum Mod<'a> {
    /// A file (`exec`).
    Module {
        /// The statements.
        body: Body<'a>,
        /// `# type: ignore` comments, when type comments are asked for.
        type_ignores: &'a [TypeIgnore<'a>],
    },
    /// One interactive statement (`single`).
    Interactive {
        /// The statements of the line.
        body: Body<'a>,
    },
    /// One expression (`eval`).
    Expression {
        /// The expression.
        body: &'a Expr<'a>,
    },
    /// A signature type comment (`func_type`).
    FunctionType {
        /// Types of the parameters.
        argtypes: Exprs<'a>,
        /// Type of the result.
        returns: &'a Expr<'a>,
    },
}

/// A `# type: ignore` comment.
#[derive(Clone, Copy, Debug)]
pub struct TypeIgnore<'a> {
    /// Its line.
    pub lineno: u32,
    /// What follows `ignore`.
    pub tag: &'a str,
}

/// A statement.
#[derive(Clone, Copy, Debug)]
pub struct Stmt<'a> {
    /// Which one, and its fields.
    pub kind: StmtKind<'a>,
    /// Its position.
    pub range: Range,
}

/// The kinds of statements. The fields are those of the ASDL.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub enum StmtKind<'a> {
    FunctionDef(&'a FunctionDef<'a>),
    AsyncFunctionDef(&'a FunctionDef<'a>),
    ClassDef(&'a ClassDef<'a>),
    Return {
        value: Option<&'a Expr<'a>>,
    },
    Delete {
        targets: Exprs<'a>,
    },
    Assign {
        targets: Exprs<'a>,
        value: &'a Expr<'a>,
        type_comment: Option<Str<'a>>,
    },
    TypeAlias {
        name: &'a Expr<'a>,
        type_params: &'a [&'a TypeParam<'a>],
        value: &'a Expr<'a>,
    },
    AugAssign {
        target: &'a Expr<'a>,
        op: Operator,
        value: &'a Expr<'a>,
    },
    AnnAssign {
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    },
    For(&'a For<'a>),
    AsyncFor(&'a For<'a>),
    While {
        test: &'a Expr<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    },
    If {
        test: &'a Expr<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    },
    With(&'a With<'a>),
    AsyncWith(&'a With<'a>),
    Match {
        subject: &'a Expr<'a>,
        cases: &'a [&'a MatchCase<'a>],
    },
    Raise {
        exc: Option<&'a Expr<'a>>,
        cause: Option<&'a Expr<'a>>,
    },
    Try(&'a Try<'a>),
    TryStar(&'a Try<'a>),
    Assert {
        test: &'a Expr<'a>,
        msg: Option<&'a Expr<'a>>,
    },
    Import {
        names: &'a [&'a Alias<'a>],
    },
    ImportFrom {
        module: Option<Ident<'a>>,
        names: &'a [&'a Alias<'a>],
        level: u32,
    },
    Global {
        names: &'a [Ident<'a>],
    },
    Nonlocal {
        names: &'a [Ident<'a>],
    },
    Expr {
        value: &'a Expr<'a>,
    },
    Pass,
    Break,
    Continue,
}

/// The fields of `FunctionDef` and `AsyncFunctionDef`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct FunctionDef<'a> {
    pub name: Ident<'a>,
    pub args: &'a Arguments<'a>,
    pub body: Body<'a>,
    pub decorator_list: Exprs<'a>,
    pub returns: Option<&'a Expr<'a>>,
    pub type_comment: Option<Str<'a>>,
    pub type_params: &'a [&'a TypeParam<'a>],
}

/// The fields of `ClassDef`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct ClassDef<'a> {
    pub name: Ident<'a>,
    pub bases: Exprs<'a>,
    pub keywords: &'a [&'a Keyword<'a>],
    pub body: Body<'a>,
    pub decorator_list: Exprs<'a>,
    pub type_params: &'a [&'a TypeParam<'a>],
}

/// The fields of `For` and `AsyncFor`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct For<'a> {
    pub target: &'a Expr<'a>,
    pub iter: &'a Expr<'a>,
    pub body: Body<'a>,
    pub orelse: Body<'a>,
    pub type_comment: Option<Str<'a>>,
}

/// The fields of `With` and `AsyncWith`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct With<'a> {
    pub items: &'a [&'a WithItem<'a>],
    pub body: Body<'a>,
    pub type_comment: Option<Str<'a>>,
}

/// The fields of `Try` and `TryStar`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct Try<'a> {
    pub body: Body<'a>,
    pub handlers: &'a [&'a ExceptHandler<'a>],
    pub orelse: Body<'a>,
    pub finalbody: Body<'a>,
}

/// An expression.
#[derive(Clone, Copy, Debug)]
pub struct Expr<'a> {
    /// Which one, and its fields.
    pub kind: ExprKind<'a>,
    /// Its position.
    pub range: Range,
}

/// The kinds of expressions. The fields are those of the ASDL.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub enum ExprKind<'a> {
    BoolOp {
        op: BoolOp,
        values: Exprs<'a>,
    },
    NamedExpr {
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
    },
    BinOp {
        left: &'a Expr<'a>,
        op: Operator,
        right: &'a Expr<'a>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: &'a Expr<'a>,
    },
    Lambda {
        args: &'a Arguments<'a>,
        body: &'a Expr<'a>,
    },
    IfExp {
        test: &'a Expr<'a>,
        body: &'a Expr<'a>,
        orelse: &'a Expr<'a>,
    },
    /// A key of `None` stands for `**value`.
    Dict {
        keys: &'a [Option<&'a Expr<'a>>],
        values: Exprs<'a>,
    },
    Set {
        elts: Exprs<'a>,
    },
    ListComp {
        elt: &'a Expr<'a>,
        generators: &'a [&'a Comprehension<'a>],
    },
    SetComp {
        elt: &'a Expr<'a>,
        generators: &'a [&'a Comprehension<'a>],
    },
    DictComp {
        key: &'a Expr<'a>,
        value: &'a Expr<'a>,
        generators: &'a [&'a Comprehension<'a>],
    },
    GeneratorExp {
        elt: &'a Expr<'a>,
        generators: &'a [&'a Comprehension<'a>],
    },
    Await {
        value: &'a Expr<'a>,
    },
    Yield {
        value: Option<&'a Expr<'a>>,
    },
    YieldFrom {
        value: &'a Expr<'a>,
    },
    Compare {
        left: &'a Expr<'a>,
        ops: &'a [CmpOp],
        comparators: Exprs<'a>,
    },
    Call {
        func: &'a Expr<'a>,
        args: Exprs<'a>,
        keywords: &'a [&'a Keyword<'a>],
    },
    /// `conversion` is -1 or the character after `!`.
    FormattedValue {
        value: &'a Expr<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    },
    /// `str` is the source text of the expression; `conversion` as in `FormattedValue`.
    Interpolation(&'a Interpolation<'a>),
    JoinedStr {
        values: Exprs<'a>,
    },
    TemplateStr {
        values: Exprs<'a>,
    },
    /// `u_prefix` is the ASDL's `kind`: the first literal was written with the prefix `u`.
    Constant {
        value: Constant<'a>,
        u_prefix: bool,
    },
    Attribute {
        value: &'a Expr<'a>,
        attr: Ident<'a>,
        ctx: ExprContext,
    },
    Subscript {
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Starred {
        value: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Name {
        id: Ident<'a>,
        ctx: ExprContext,
    },
    List {
        elts: Exprs<'a>,
        ctx: ExprContext,
    },
    Tuple {
        elts: Exprs<'a>,
        ctx: ExprContext,
    },
    Slice {
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
    },
}

/// The fields of `Interpolation` (a replacement field of a t-string).
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct Interpolation<'a> {
    pub value: &'a Expr<'a>,
    pub str: Constant<'a>,
    pub conversion: i32,
    pub format_spec: Option<&'a Expr<'a>>,
}

/// The value of a `Constant` node, and of constants that the compiler folds.
#[derive(Clone, Copy, Debug)]
pub enum Constant<'a> {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An integer.
    Int(Int<'a>),
    /// A float.
    Float(f64),
    /// A complex number; a literal has the real part 0.0.
    Complex {
        /// Real part.
        real: f64,
        /// Imaginary part.
        imag: f64,
    },
    /// A string.
    Str(Str<'a>),
    /// A bytes object.
    Bytes(&'a [u8]),
    /// A tuple of constants; only the compiler makes it.
    Tuple(&'a [Constant<'a>]),
    /// A frozenset of constants in order of insertion; only the compiler makes it.
    FrozenSet(&'a [Constant<'a>]),
}

/// An integer constant. The parser's are not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Int<'a> {
    /// A value that fits.
    Small(i64),
    /// A larger one: digits in the given base (2, 8, 10 or 16), lower case, without prefix, underscores or leading zeros.
    Big {
        /// The base.
        base: u8,
        /// The digits, most significant first.
        digits: &'a str,
    },
}

/// The value of a string constant: generalised UTF-8, in which lone surrogates are encoded as three bytes.
///
/// A surrogate pair never occurs: `"\ud800\udc00"` is two lone surrogates in the source and stays so.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Str<'a>(pub &'a [u8]);

impl<'a> Str<'a> {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// The text, unless it holds a surrogate.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        std::str::from_utf8(self.0).ok()
    }

    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Its code points, surrogates included.
    pub fn code_points(self) -> impl Iterator<Item = u32> + 'a {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (&first, _) = rest.split_first()?;
            let (len, mut cp) = match first {
                0..=0x7f => (1, u32::from(first)),
                0x80..=0xdf => (2, u32::from(first & 0x1f)),
                0xe0..=0xef => (3, u32::from(first & 0x0f)),
                _ => (4, u32::from(first & 0x07)),
            };
            for &b in rest.iter().take(len).skip(1) {
                cp = cp << 6 | u32::from(b & 0x3f);
            }
            rest = rest.get(len..).unwrap_or_default();
            Some(cp)
        })
    }
}

impl<'a> From<&'a str> for Str<'a> {
    fn from(text: &'a str) -> Self {
        Str(text.as_bytes())
    }
}

impl std::fmt::Debug for Str<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&String::from_utf8_lossy(self.0), f)
    }
}

macro_rules! plain_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $sign:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $(#[doc = concat!("`", $sign, "`")] $(#[$vdoc])* $variant),* }

        impl $name {
            /// The name of the ASDL's class.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => stringify!($variant)),* }
            }

            /// How it is written in source text.
            #[must_use]
            pub const fn sign(self) -> &'static str {
                match self { $($name::$variant => $sign),* }
            }
        }
    };
}

plain_enum! {
    /// Binary operators.
    Operator {
        Add = "+", Sub = "-", Mult = "*", MatMult = "@", Div = "/", Mod = "%", Pow = "**", LShift = "<<",
        RShift = ">>", BitOr = "|", BitXor = "^", BitAnd = "&", FloorDiv = "//",
    }
}

plain_enum! {
    /// Unary operators.
    UnaryOp { Invert = "~", Not = "not", UAdd = "+", USub = "-" }
}

plain_enum! {
    /// Short-circuit operators.
    BoolOp { And = "and", Or = "or" }
}

plain_enum! {
    /// Comparison operators.
    CmpOp {
        Eq = "==", NotEq = "!=", Lt = "<", LtE = "<=", Gt = ">", GtE = ">=", Is = "is", IsNot = "is not",
        In = "in", NotIn = "not in",
    }
}

plain_enum! {
    /// What happens to the place that an expression names.
    ExprContext { Load = "load", Store = "store", Del = "del" }
}

/// One `for` clause of a comprehension.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct Comprehension<'a> {
    pub target: &'a Expr<'a>,
    pub iter: &'a Expr<'a>,
    pub ifs: Exprs<'a>,
    pub is_async: bool,
}

/// An `except` clause.
#[derive(Clone, Copy, Debug)]
pub struct ExceptHandler<'a> {
    /// What it catches (`type`); `None` catches everything.
    pub typ: Option<&'a Expr<'a>>,
    /// The name it binds.
    pub name: Option<Ident<'a>>,
    /// Its block.
    pub body: Body<'a>,
    /// Its position.
    pub range: Range,
}

/// The parameters of a function or lambda.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arguments<'a> {
    /// Before `/`.
    pub posonlyargs: &'a [&'a Arg<'a>],
    /// Positional or keyword.
    pub args: &'a [&'a Arg<'a>],
    /// `*args`
    pub vararg: Option<&'a Arg<'a>>,
    /// After `*`.
    pub kwonlyargs: &'a [&'a Arg<'a>],
    /// Defaults of `kwonlyargs`, one for each.
    pub kw_defaults: &'a [Option<&'a Expr<'a>>],
    /// `**kwargs`
    pub kwarg: Option<&'a Arg<'a>>,
    /// Defaults of the last ones of `posonlyargs` and `args` together.
    pub defaults: Exprs<'a>,
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct Arg<'a> {
    pub arg: Ident<'a>,
    pub annotation: Option<&'a Expr<'a>>,
    pub type_comment: Option<Str<'a>>,
    pub range: Range,
}

/// A keyword argument; without a name it is `**value`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct Keyword<'a> {
    pub arg: Option<Ident<'a>>,
    pub value: &'a Expr<'a>,
    pub range: Range,
}

/// An imported name.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct Alias<'a> {
    pub name: Ident<'a>,
    pub asname: Option<Ident<'a>>,
    pub range: Range,
}

/// One item of a `with` statement.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct WithItem<'a> {
    pub context_expr: &'a Expr<'a>,
    pub optional_vars: Option<&'a Expr<'a>>,
}

/// A `case` block.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct MatchCase<'a> {
    pub pattern: &'a Pattern<'a>,
    pub guard: Option<&'a Expr<'a>>,
    pub body: Body<'a>,
}

/// A pattern of a `match` statement.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    /// Which one, and its fields.
    pub kind: PatternKind<'a>,
    /// Its position.
    pub range: Range,
}

/// A sequence of patterns.
pub type Patterns<'a> = &'a [&'a Pattern<'a>];

/// The kinds of patterns. The fields are those of the ASDL.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub enum PatternKind<'a> {
    MatchValue {
        value: &'a Expr<'a>,
    },
    /// `None`, `True` or `False`.
    MatchSingleton {
        value: Constant<'a>,
    },
    MatchSequence {
        patterns: Patterns<'a>,
    },
    MatchMapping {
        keys: Exprs<'a>,
        patterns: Patterns<'a>,
        rest: Option<Ident<'a>>,
    },
    MatchClass(&'a MatchClass<'a>),
    MatchStar {
        name: Option<Ident<'a>>,
    },
    MatchAs {
        pattern: Option<&'a Pattern<'a>>,
        name: Option<Ident<'a>>,
    },
    MatchOr {
        patterns: Patterns<'a>,
    },
}

/// The fields of `MatchClass`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub struct MatchClass<'a> {
    pub cls: &'a Expr<'a>,
    pub patterns: Patterns<'a>,
    pub kwd_attrs: &'a [Ident<'a>],
    pub kwd_patterns: Patterns<'a>,
}

/// A type parameter.
#[derive(Clone, Copy, Debug)]
pub struct TypeParam<'a> {
    /// Which one, and its fields.
    pub kind: TypeParamKind<'a>,
    /// Its position.
    pub range: Range,
}

/// The kinds of type parameters. The fields are those of the ASDL.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the fields are the ASDL's
pub enum TypeParamKind<'a> {
    TypeVar { name: Ident<'a>, bound: Option<&'a Expr<'a>>, default_value: Option<&'a Expr<'a>> },
    ParamSpec { name: Ident<'a>, default_value: Option<&'a Expr<'a>> },
    TypeVarTuple { name: Ident<'a>, default_value: Option<&'a Expr<'a>> },
}
