//! What the small-integer arguments of some operations mean: binary operators, comparisons, intrinsics and so on.
//!
//! The numbers are CPython 3.14's and part of the code object's format; each list stands here once and its index is
//! the argument.

macro_rules! numbered {
    ($(#[$doc:meta])* $ty:ident { $($variant:ident = $num:literal, $name:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum $ty {
            $(#[doc = concat!("`", $name, "`")] $variant = $num,)*
        }

        impl $ty {
            /// Every value in the order of its number.
            pub const ALL: &'static [$ty] = &[$($ty::$variant),*];

            /// The value of this number.
            #[must_use]
            pub fn from_arg(arg: u32) -> Option<$ty> {
                Self::ALL.iter().copied().find(|v| *v as u32 == arg)
            }

            /// As CPython writes it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($ty::$variant => $name,)* }
            }
        }
    };
}

numbered! {
    /// The argument of `BINARY_OP`.
    BinaryOperator {
        Add = 0, "+"; And = 1, "&"; FloorDivide = 2, "//"; Lshift = 3, "<<"; MatrixMultiply = 4, "@";
        Multiply = 5, "*"; Remainder = 6, "%"; Or = 7, "|"; Power = 8, "**"; Rshift = 9, ">>";
        Subtract = 10, "-"; TrueDivide = 11, "/"; Xor = 12, "^";
        InplaceAdd = 13, "+="; InplaceAnd = 14, "&="; InplaceFloorDivide = 15, "//=";
        InplaceLshift = 16, "<<="; InplaceMatrixMultiply = 17, "@="; InplaceMultiply = 18, "*=";
        InplaceRemainder = 19, "%="; InplaceOr = 20, "|="; InplacePower = 21, "**=";
        InplaceRshift = 22, ">>="; InplaceSubtract = 23, "-="; InplaceTrueDivide = 24, "/=";
        InplaceXor = 25, "^="; Subscr = 26, "[]";
    }
}

numbered! {
    /// A rich comparison; `COMPARE_OP` holds it from bit 5 up.
    Comparison {
        Lt = 0, "<"; Le = 1, "<="; Eq = 2, "=="; Ne = 3, "!="; Gt = 4, ">"; Ge = 5, ">=";
    }
}

impl Comparison {
    /// Bit 4 of `COMPARE_OP`'s argument: the result is wanted as a `bool`.
    pub const TO_BOOL: u32 = 16;

    /// The argument of `COMPARE_OP`: the comparison, and in the low bits for which outcomes (less, greater, equal,
    /// unordered) it holds, which is what CPython's specialised forms look at.
    #[must_use]
    pub const fn arg(self) -> u32 {
        const UNORDERED: u32 = 1;
        const LESS: u32 = 2;
        const GREATER: u32 = 4;
        const EQUAL: u32 = 8;
        let outcomes = match self {
            Comparison::Lt => LESS,
            Comparison::Le => LESS | EQUAL,
            Comparison::Eq => EQUAL,
            Comparison::Ne => UNORDERED | LESS | GREATER,
            Comparison::Gt => GREATER,
            Comparison::Ge => GREATER | EQUAL,
        };
        (self as u32) << 5 | outcomes
    }
}

numbered! {
    /// The argument of `CALL_INTRINSIC_1`.
    Intrinsic1 {
        Invalid = 0, "INTRINSIC_1_INVALID"; Print = 1, "INTRINSIC_PRINT"; ImportStar = 2, "INTRINSIC_IMPORT_STAR";
        StopIterationError = 3, "INTRINSIC_STOPITERATION_ERROR"; AsyncGenWrap = 4, "INTRINSIC_ASYNC_GEN_WRAP";
        UnaryPositive = 5, "INTRINSIC_UNARY_POSITIVE"; ListToTuple = 6, "INTRINSIC_LIST_TO_TUPLE";
        TypeVar = 7, "INTRINSIC_TYPEVAR"; ParamSpec = 8, "INTRINSIC_PARAMSPEC";
        TypeVarTuple = 9, "INTRINSIC_TYPEVARTUPLE"; SubscriptGeneric = 10, "INTRINSIC_SUBSCRIPT_GENERIC";
        TypeAlias = 11, "INTRINSIC_TYPEALIAS";
    }
}

numbered! {
    /// The argument of `CALL_INTRINSIC_2`.
    Intrinsic2 {
        Invalid = 0, "INTRINSIC_2_INVALID"; PrepReraiseStar = 1, "INTRINSIC_PREP_RERAISE_STAR";
        TypeVarWithBound = 2, "INTRINSIC_TYPEVAR_WITH_BOUND";
        TypeVarWithConstraints = 3, "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS";
        SetFunctionTypeParams = 4, "INTRINSIC_SET_FUNCTION_TYPE_PARAMS";
        SetTypeParamDefault = 5, "INTRINSIC_SET_TYPEPARAM_DEFAULT";
    }
}

numbered! {
    /// The argument of `LOAD_SPECIAL`.
    SpecialMethod {
        Enter = 0, "__enter__"; Exit = 1, "__exit__"; Aenter = 2, "__aenter__"; Aexit = 3, "__aexit__";
    }
}

numbered! {
    /// The argument of `LOAD_COMMON_CONSTANT`.
    CommonConstant {
        AssertionError = 0, "AssertionError"; NotImplementedError = 1, "NotImplementedError";
        Tuple = 2, "tuple"; All = 3, "all"; Any = 4, "any";
    }
}

/// Bits of `SET_FUNCTION_ATTRIBUTE`'s argument; exactly one is set.
pub mod function_attribute {
    /// The tuple of positional defaults.
    pub const DEFAULTS: u32 = 1;
    /// The dict of keyword-only defaults.
    pub const KWDEFAULTS: u32 = 2;
    /// The annotations (a tuple or dict).
    pub const ANNOTATIONS: u32 = 4;
    /// The tuple of cells.
    pub const CLOSURE: u32 = 8;
    /// The function that computes the annotations.
    pub const ANNOTATE: u32 = 16;
}

/// `RESUME`'s argument: where execution resumes, and two flags.
pub mod resume {
    /// The start of a function.
    pub const AT_FUNC_START: u32 = 0;
    /// After a `yield`.
    pub const AFTER_YIELD: u32 = 1;
    /// After a `yield from`.
    pub const AFTER_YIELD_FROM: u32 = 2;
    /// After an `await`.
    pub const AFTER_AWAIT: u32 = 3;
    /// Masks the position out of the argument.
    pub const POSITION_MASK: u32 = 3;
    /// Set when a handler region at depth 1 encloses the `yield`.
    pub const DEPTH1_MASK: u32 = 4;
}
