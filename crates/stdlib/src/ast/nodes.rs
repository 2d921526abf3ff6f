//! The node classes of Python's syntax tree, in one table (the ASDL of Python 3.14).
//!
//! Each row names a class and lists its fields as the class's docstring shows them: type, `?` for what may be absent, `*` for
//! a list, name. Everything else, from `_fields` to the texts of errors, is derived from the rows.

use std::sync::LazyLock;

/// The attributes of nodes that have a place in the source.
pub const POSITIONS: &[&str] = &["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// A group of classes with a common base, or a class of its own.
pub struct Group {
    /// The name of the base, or of the class itself.
    pub name: &'static str,
    /// Whether the nodes have positions.
    pub located: bool,
    /// Whether the class itself has `end_lineno` and `end_col_offset`, which may be absent.
    pub open_ended: bool,
    /// The class derives from `AST` directly and has fields.
    pub product: bool,
    /// The classes.
    pub kinds: &'static [Kind],
}

macro_rules! nodes {
    ($($group:ident $(($($flag:ident)*))? { $($kind:ident $(= $shown:literal)? $fields:literal,)* })*) => {
        /// A class of nodes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Kind { $($($kind,)*)* }

        /// The bases of classes, and the classes without one.
        #[allow(non_camel_case_types)] // the names are Python's
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Base { $($group,)* }

        /// All groups, by [`Base`].
        pub static GROUPS: &[Group] = &[$(Group {
            name: nodes!(@name $group),
            located: nodes!(@has located $($($flag)*)?),
            open_ended: nodes!(@has open_ended $($($flag)*)?),
            product: nodes!(@has product $($($flag)*)?),
            kinds: &[$(Kind::$kind,)*],
        },)*];

        /// Name, base and fields of all classes, by [`Kind`].
        static ROWS: &[(&str, Base, &str)] = &[
            $($((nodes!(@shown $kind $($shown)?), Base::$group, $fields),)*)*
        ];
    };
    (@name mod_) => { "mod" };
    (@name $group:ident) => { stringify!($group) };
    (@shown $kind:ident $shown:literal) => { $shown };
    (@shown $kind:ident) => { stringify!($kind) };
    (@has $wanted:ident) => { false };
    (@has located located $($rest:ident)*) => { true };
    (@has open_ended open_ended $($rest:ident)*) => { true };
    (@has product product $($rest:ident)*) => { true };
    (@has $wanted:ident $other:ident $($rest:ident)*) => { nodes!(@has $wanted $($rest)*) };
}

nodes! {
    mod_ {
        Module "stmt* body, type_ignore* type_ignores",
        Interactive "stmt* body",
        Expression "expr body",
        FunctionType "expr* argtypes, expr returns",
    }
    stmt (located open_ended) {
        FunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params",
        AsyncFunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params",
        ClassDef "identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params",
        Return "expr? value",
        Delete "expr* targets",
        Assign "expr* targets, expr value, string? type_comment",
        TypeAlias "expr name, type_param* type_params, expr value",
        AugAssign "expr target, operator op, expr value",
        AnnAssign "expr target, expr annotation, expr? value, int simple",
        For "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment",
        AsyncFor "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment",
        While "expr test, stmt* body, stmt* orelse",
        If "expr test, stmt* body, stmt* orelse",
        With "withitem* items, stmt* body, string? type_comment",
        AsyncWith "withitem* items, stmt* body, string? type_comment",
        Match "expr subject, match_case* cases",
        Raise "expr? exc, expr? cause",
        Try "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody",
        TryStar "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody",
        Assert "expr test, expr? msg",
        Import "alias* names",
        ImportFrom "identifier? module, alias* names, int? level",
        Global "identifier* names",
        Nonlocal "identifier* names",
        Expr "expr value",
        Pass "",
        Break "",
        Continue "",
    }
    expr (located open_ended) {
        BoolOp "boolop op, expr* values",
        NamedExpr "expr target, expr value",
        BinOp "expr left, operator op, expr right",
        UnaryOp "unaryop op, expr operand",
        Lambda "arguments args, expr body",
        IfExp "expr test, expr body, expr orelse",
        Dict "expr?* keys, expr* values",
        Set "expr* elts",
        ListComp "expr elt, comprehension* generators",
        SetComp "expr elt, comprehension* generators",
        DictComp "expr key, expr value, comprehension* generators",
        GeneratorExp "expr elt, comprehension* generators",
        Await "expr value",
        Yield "expr? value",
        YieldFrom "expr value",
        Compare "expr left, cmpop* ops, expr* comparators",
        Call "expr func, expr* args, keyword* keywords",
        FormattedValue "expr value, int conversion, expr? format_spec",
        Interpolation "expr value, constant str, int conversion, expr? format_spec",
        JoinedStr "expr* values",
        TemplateStr "expr* values",
        Constant "constant value, string? kind",
        Attribute "expr value, identifier attr, expr_context ctx",
        Subscript "expr value, expr slice, expr_context ctx",
        Starred "expr value, expr_context ctx",
        Name "identifier id, expr_context ctx",
        List "expr* elts, expr_context ctx",
        Tuple "expr* elts, expr_context ctx",
        Slice "expr? lower, expr? upper, expr? step",
    }
    expr_context { Load "", Store "", Del "", }
    boolop { And "", Or "", }
    operator {
        Add "", Sub "", Mult "", MatMult "", Div "", Mod "", Pow "", LShift "", RShift "", BitOr "",
        BitXor "", BitAnd "", FloorDiv "",
    }
    unaryop { Invert "", Not "", UAdd "", USub "", }
    cmpop {
        Eq "", NotEq "", Lt "", LtE "", Gt "", GtE "", Is "", IsNot "", In "", NotIn "",
    }
    comprehension (product) {
        Comprehension = "comprehension" "expr target, expr iter, expr* ifs, int is_async",
    }
    excepthandler (located open_ended) {
        ExceptHandler "expr? type, identifier? name, stmt* body",
    }
    arguments (product) {
        Arguments = "arguments" "arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr* kw_defaults, arg? kwarg, expr* defaults",
    }
    arg (product located open_ended) {
        Arg = "arg" "identifier arg, expr? annotation, string? type_comment",
    }
    keyword (product located open_ended) { Keyword = "keyword" "identifier? arg, expr value", }
    alias (product located open_ended) { Alias = "alias" "identifier name, identifier? asname", }
    withitem (product) { WithItem = "withitem" "expr context_expr, expr? optional_vars", }
    match_case (product) {
        MatchCase = "match_case" "pattern pattern, expr? guard, stmt* body",
    }
    pattern (located) {
        MatchValue "expr value",
        MatchSingleton "constant value",
        MatchSequence "pattern* patterns",
        MatchMapping "expr* keys, pattern* patterns, identifier? rest",
        MatchClass "expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns",
        MatchStar "identifier? name",
        MatchAs "pattern? pattern, identifier? name",
        MatchOr "pattern* patterns",
    }
    type_ignore { TypeIgnore "int lineno, string tag", }
    type_param (located) {
        TypeVar "identifier name, expr? bound, expr? default_value",
        ParamSpec "identifier name, expr? default_value",
        TypeVarTuple "identifier name, expr? default_value",
    }
}

/// How often a field occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Once.
    One,
    /// Once or not at all.
    Optional,
    /// In a list.
    Many,
}

/// A field of a class.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type: a class, or `identifier`, `int`, `string` or `constant`.
    pub ty: &'static str,
    /// How often it occurs.
    pub count: Count,
}

/// A class of nodes as the table has it.
#[derive(Debug)]
pub struct Node {
    /// Its name.
    pub name: &'static str,
    /// Its group.
    pub base: Base,
    /// Its fields as text.
    signature: &'static str,
    /// Its fields.
    pub fields: Vec<Field>,
}

impl Node {
    /// As in docstrings: name and fields.
    pub fn text(&self) -> String {
        match self.signature {
            "" => self.name.to_owned(),
            fields => format!("{}({fields})", self.name),
        }
    }
}

static NODES: LazyLock<Vec<Node>> = LazyLock::new(|| {
    let node = |&(name, base, signature): &(&'static str, Base, &'static str)| Node {
        name,
        base,
        signature,
        fields: signature.split(", ").filter(|text| !text.is_empty()).map(field).collect(),
    };
    ROWS.iter().map(node).collect()
});

fn field(text: &'static str) -> Field {
    let (ty, name) = text.split_once(' ').unwrap_or((text, ""));
    let count = match ty {
        _ if ty.ends_with('*') => Count::Many,
        _ if ty.ends_with('?') => Count::Optional,
        _ => Count::One,
    };
    Field { name, ty: ty.trim_end_matches(['*', '?']), count }
}

/// All classes but the bases, by [`Kind`].
pub fn all() -> &'static [Node] {
    &NODES
}

impl Kind {
    /// What the table says of it.
    pub fn node(self) -> &'static Node {
        &NODES[self as usize]
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        ROWS[self as usize].0
    }
}

impl Base {
    /// What the table says of it.
    pub fn group(self) -> &'static Group {
        &GROUPS[self as usize]
    }
}

impl Group {
    /// The docstring of the base: all classes.
    pub fn doc(&self) -> String {
        let texts: Vec<String> = self.kinds.iter().map(|kind| kind.node().text()).collect();
        let simple = self.kinds.iter().all(|kind| kind.node().fields.is_empty());
        let separator =
            if simple { " | ".to_owned() } else { format!("\n{:1$}| ", "", self.name.len() + 1) };
        format!("{} = {}", self.name, texts.join(&separator))
    }
}
