//! The opcode table of CPython 3.14 (magic number 3627): the one place that says which operations exist.
//!
//! Each row names an operation, its number, how many 16-bit cache entries follow it, what its argument means, and
//! how many stack items it takes and leaves (`|n| popped => pushed`, with `n` the argument). The enum, the names, the
//! predicates and the stack effects are all derived from these rows. Numbers above 255 are pseudo-operations: code
//! generation emits them, assembling replaces them, and they never occur in a code object.
//!
//! The `specialized!` rows are the forms CPython's adaptive interpreter writes over an operation in memory. They are
//! here because `opcode` and `dis` list them.

/// The operation uses its argument.
pub const ARG: u8 = 1;
/// The argument indexes `co_consts`.
pub const CONST: u8 = 2;
/// The argument indexes `co_names` (for some operations after a shift).
pub const NAME: u8 = 4;
/// The argument is a jump distance in code units (a label before assembling).
pub const JUMP: u8 = 8;
/// The argument indexes the fast locals.
pub const LOCAL: u8 = 16;
/// The argument indexes the fast locals, and the slot holds a cell.
pub const FREE: u8 = 32;
/// A pseudo-operation that opens an exception-handling region.
pub const EXC: u8 = 64;

macro_rules! opcodes {
    ($($op:ident = $num:literal, $name:literal, $caches:literal, [$($flag:ident)*], |$n:ident| $pop:expr => $push:expr;)*) => {
        /// An operation of CPython 3.14, real or pseudo. The discriminant is CPython's number.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u16)]
        pub enum Op {
            $(#[doc = concat!("`", $name, "`")] $op = $num,)*
        }

        impl Op {
            /// Every operation in the order of its number, pseudo-operations last.
            pub const ALL: &'static [Op] = &[$(Op::$op),*];

            /// CPython's name, such as `LOAD_FAST`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Op::$op => $name,)* }
            }

            /// How many items the operation takes off the stack. For a pseudo-operation that opens a region, and for
            /// any jump, this is the effect on the taken branch.
            #[must_use]
            #[allow(unused_variables)]
            pub const fn popped(self, arg: i32) -> i32 {
                match self { $(Op::$op => { let $n = arg; $pop })* }
            }

            /// How many items the operation puts on the stack; see [`Op::popped`].
            #[must_use]
            #[allow(unused_variables)]
            pub const fn pushed(self, arg: i32) -> i32 {
                match self { $(Op::$op => { let $n = arg; $push })* }
            }
        }

        static FLAGS: [u8; PSEUDO_END] = {
            let mut table = [0; PSEUDO_END];
            $(table[$num] = 0 $(| $flag)*;)*
            table
        };

        static CACHES: [u8; PSEUDO_END] = {
            let mut table = [0; PSEUDO_END];
            $(table[$num] = $caches;)*
            table
        };

        static BY_NUMBER: [Option<Op>; 256] = {
            let mut table = [None; 256];
            let mut i = 0;
            while i < Op::ALL.len() {
                let op = Op::ALL[i];
                if (op as usize) < 256 {
                    table[op as usize] = Some(op);
                }
                i += 1;
            }
            table
        };
    };
}

macro_rules! specialized {
    ($($num:literal, $name:literal, $base:ident;)*) => {
        /// The specialised forms: number, name, and the operation each stands for.
        pub const SPECIALIZED: &[(u8, &str, Op)] = &[$(($num, $name, Op::$base)),*];
    };
}

/// Numbers below this take no argument (pseudo-operations apart).
pub const HAVE_ARGUMENT: u8 = 43;
/// Numbers from here to 255 are the instrumented forms that tracing and monitoring write into code in memory.
pub const MIN_INSTRUMENTED: u8 = 234;
const PSEUDO_END: usize = 267;

impl Op {
    /// The real operation of this number, instrumented forms included and specialised forms not.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Op> {
        BY_NUMBER[byte as usize]
    }

    /// The operation of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.name() == name)
    }

    /// How many 16-bit cache entries follow the operation in the code.
    #[must_use]
    pub fn caches(self) -> usize {
        CACHES[self as usize] as usize
    }

    /// The flags of the operation's row, an or of [`ARG`], [`CONST`] and so on.
    #[must_use]
    pub fn flags(self) -> u8 {
        FLAGS[self as usize]
    }

    /// Whether the operation uses its argument.
    #[must_use]
    pub fn has_arg(self) -> bool {
        self.flags() & ARG != 0
    }

    /// Whether the argument is a jump distance (a label before assembling).
    #[must_use]
    pub fn has_jump(self) -> bool {
        self.flags() & JUMP != 0
    }

    /// Whether this is one of `SETUP_FINALLY`, `SETUP_CLEANUP` and `SETUP_WITH`.
    #[must_use]
    pub fn is_block_push(self) -> bool {
        self.flags() & EXC != 0
    }

    /// Whether the operation names a target: a jump or a pseudo-operation that opens a region.
    #[must_use]
    pub fn has_target(self) -> bool {
        self.flags() & (JUMP | EXC) != 0
    }

    /// Whether this is a pseudo-operation, which no code object holds.
    #[must_use]
    pub fn is_pseudo(self) -> bool {
        self as u16 > 255
    }

    /// Whether control leaves the function here.
    #[must_use]
    pub fn is_scope_exit(self) -> bool {
        matches!(self, Op::ReturnValue | Op::RaiseVarargs | Op::Reraise)
    }

    /// Whether control always goes to the target.
    #[must_use]
    pub fn is_unconditional_jump(self) -> bool {
        matches!(
            self,
            Op::Jump
                | Op::JumpNoInterrupt
                | Op::JumpForward
                | Op::JumpBackward
                | Op::JumpBackwardNoInterrupt
        )
    }

    /// Whether a jump of this operation goes towards lower offsets.
    #[must_use]
    pub fn is_backward_jump(self) -> bool {
        matches!(self, Op::JumpBackward | Op::JumpBackwardNoInterrupt)
    }

    /// The change in stack depth: items pushed less items popped.
    #[must_use]
    pub const fn stack_effect(self, arg: i32) -> i32 {
        self.pushed(arg) - self.popped(arg)
    }
}

opcodes! {
    Cache = 0, "CACHE", 0, [], |n| 0 => 0;
    BinarySlice = 1, "BINARY_SLICE", 0, [], |n| 3 => 1;
    BuildTemplate = 2, "BUILD_TEMPLATE", 0, [], |n| 2 => 1;
    CallFunctionEx = 4, "CALL_FUNCTION_EX", 0, [], |n| 4 => 1;
    CheckEgMatch = 5, "CHECK_EG_MATCH", 0, [], |n| 2 => 2;
    CheckExcMatch = 6, "CHECK_EXC_MATCH", 0, [], |n| 2 => 2;
    CleanupThrow = 7, "CLEANUP_THROW", 0, [], |n| 3 => 2;
    DeleteSubscr = 8, "DELETE_SUBSCR", 0, [], |n| 2 => 0;
    EndFor = 9, "END_FOR", 0, [], |n| 1 => 0;
    EndSend = 10, "END_SEND", 0, [], |n| 2 => 1;
    ExitInitCheck = 11, "EXIT_INIT_CHECK", 0, [], |n| 1 => 0;
    FormatSimple = 12, "FORMAT_SIMPLE", 0, [], |n| 1 => 1;
    FormatWithSpec = 13, "FORMAT_WITH_SPEC", 0, [], |n| 2 => 1;
    GetAiter = 14, "GET_AITER", 0, [], |n| 1 => 1;
    GetAnext = 15, "GET_ANEXT", 0, [], |n| 1 => 2;
    GetIter = 16, "GET_ITER", 0, [], |n| 1 => 1;
    Reserved = 17, "RESERVED", 0, [], |n| 0 => 0;
    GetLen = 18, "GET_LEN", 0, [], |n| 1 => 2;
    GetYieldFromIter = 19, "GET_YIELD_FROM_ITER", 0, [], |n| 1 => 1;
    InterpreterExit = 20, "INTERPRETER_EXIT", 0, [], |n| 1 => 0;
    LoadBuildClass = 21, "LOAD_BUILD_CLASS", 0, [], |n| 0 => 1;
    LoadLocals = 22, "LOAD_LOCALS", 0, [], |n| 0 => 1;
    MakeFunction = 23, "MAKE_FUNCTION", 0, [], |n| 1 => 1;
    MatchKeys = 24, "MATCH_KEYS", 0, [], |n| 2 => 3;
    MatchMapping = 25, "MATCH_MAPPING", 0, [], |n| 1 => 2;
    MatchSequence = 26, "MATCH_SEQUENCE", 0, [], |n| 1 => 2;
    Nop = 27, "NOP", 0, [], |n| 0 => 0;
    NotTaken = 28, "NOT_TAKEN", 0, [], |n| 0 => 0;
    PopExcept = 29, "POP_EXCEPT", 0, [], |n| 1 => 0;
    PopIter = 30, "POP_ITER", 0, [], |n| 1 => 0;
    PopTop = 31, "POP_TOP", 0, [], |n| 1 => 0;
    PushExcInfo = 32, "PUSH_EXC_INFO", 0, [], |n| 1 => 2;
    PushNull = 33, "PUSH_NULL", 0, [], |n| 0 => 1;
    ReturnGenerator = 34, "RETURN_GENERATOR", 0, [], |n| 0 => 1;
    ReturnValue = 35, "RETURN_VALUE", 0, [], |n| 1 => 1;
    SetupAnnotations = 36, "SETUP_ANNOTATIONS", 0, [], |n| 0 => 0;
    StoreSlice = 37, "STORE_SLICE", 0, [], |n| 4 => 0;
    StoreSubscr = 38, "STORE_SUBSCR", 1, [], |n| 3 => 0;
    ToBool = 39, "TO_BOOL", 3, [], |n| 1 => 1;
    UnaryInvert = 40, "UNARY_INVERT", 0, [], |n| 1 => 1;
    UnaryNegative = 41, "UNARY_NEGATIVE", 0, [], |n| 1 => 1;
    UnaryNot = 42, "UNARY_NOT", 0, [], |n| 1 => 1;
    WithExceptStart = 43, "WITH_EXCEPT_START", 0, [], |n| 5 => 6;
    BinaryOp = 44, "BINARY_OP", 5, [ARG], |n| 2 => 1;
    BuildInterpolation = 45, "BUILD_INTERPOLATION", 0, [ARG], |n| 2 + (n & 1) => 1;
    BuildList = 46, "BUILD_LIST", 0, [ARG], |n| n => 1;
    BuildMap = 47, "BUILD_MAP", 0, [ARG], |n| 2 * n => 1;
    BuildSet = 48, "BUILD_SET", 0, [ARG], |n| n => 1;
    BuildSlice = 49, "BUILD_SLICE", 0, [ARG], |n| n => 1;
    BuildString = 50, "BUILD_STRING", 0, [ARG], |n| n => 1;
    BuildTuple = 51, "BUILD_TUPLE", 0, [ARG], |n| n => 1;
    Call = 52, "CALL", 3, [ARG], |n| 2 + n => 1;
    CallIntrinsic1 = 53, "CALL_INTRINSIC_1", 0, [ARG], |n| 1 => 1;
    CallIntrinsic2 = 54, "CALL_INTRINSIC_2", 0, [ARG], |n| 2 => 1;
    CallKw = 55, "CALL_KW", 3, [ARG], |n| 3 + n => 1;
    CompareOp = 56, "COMPARE_OP", 1, [ARG], |n| 2 => 1;
    ContainsOp = 57, "CONTAINS_OP", 1, [ARG], |n| 2 => 1;
    ConvertValue = 58, "CONVERT_VALUE", 0, [ARG], |n| 1 => 1;
    Copy = 59, "COPY", 0, [ARG], |n| n => n + 1;
    CopyFreeVars = 60, "COPY_FREE_VARS", 0, [ARG], |n| 0 => 0;
    DeleteAttr = 61, "DELETE_ATTR", 0, [ARG NAME], |n| 1 => 0;
    DeleteDeref = 62, "DELETE_DEREF", 0, [ARG FREE], |n| 0 => 0;
    DeleteFast = 63, "DELETE_FAST", 0, [ARG LOCAL], |n| 0 => 0;
    DeleteGlobal = 64, "DELETE_GLOBAL", 0, [ARG NAME], |n| 0 => 0;
    DeleteName = 65, "DELETE_NAME", 0, [ARG NAME], |n| 0 => 0;
    DictMerge = 66, "DICT_MERGE", 0, [ARG], |n| 4 + n => 3 + n;
    DictUpdate = 67, "DICT_UPDATE", 0, [ARG], |n| 1 + n => n;
    EndAsyncFor = 68, "END_ASYNC_FOR", 0, [ARG JUMP], |n| 2 => 0;
    ExtendedArg = 69, "EXTENDED_ARG", 0, [ARG], |n| 0 => 0;
    ForIter = 70, "FOR_ITER", 1, [ARG JUMP], |n| 1 => 2;
    GetAwaitable = 71, "GET_AWAITABLE", 0, [ARG], |n| 1 => 1;
    ImportFrom = 72, "IMPORT_FROM", 0, [ARG NAME], |n| 1 => 2;
    ImportName = 73, "IMPORT_NAME", 0, [ARG NAME], |n| 2 => 1;
    IsOp = 74, "IS_OP", 0, [ARG], |n| 2 => 1;
    JumpBackward = 75, "JUMP_BACKWARD", 1, [ARG JUMP], |n| 0 => 0;
    JumpBackwardNoInterrupt = 76, "JUMP_BACKWARD_NO_INTERRUPT", 0, [ARG JUMP], |n| 0 => 0;
    JumpForward = 77, "JUMP_FORWARD", 0, [ARG JUMP], |n| 0 => 0;
    ListAppend = 78, "LIST_APPEND", 0, [ARG], |n| 1 + n => n;
    ListExtend = 79, "LIST_EXTEND", 0, [ARG], |n| 1 + n => n;
    LoadAttr = 80, "LOAD_ATTR", 9, [ARG NAME], |n| 1 => 1 + (n & 1);
    LoadCommonConstant = 81, "LOAD_COMMON_CONSTANT", 0, [ARG], |n| 0 => 1;
    LoadConst = 82, "LOAD_CONST", 0, [ARG CONST], |n| 0 => 1;
    LoadDeref = 83, "LOAD_DEREF", 0, [ARG LOCAL], |n| 0 => 1;
    LoadFast = 84, "LOAD_FAST", 0, [ARG LOCAL], |n| 0 => 1;
    LoadFastAndClear = 85, "LOAD_FAST_AND_CLEAR", 0, [ARG LOCAL], |n| 0 => 1;
    LoadFastBorrow = 86, "LOAD_FAST_BORROW", 0, [ARG LOCAL], |n| 0 => 1;
    LoadFastBorrowLoadFastBorrow = 87, "LOAD_FAST_BORROW_LOAD_FAST_BORROW", 0, [ARG LOCAL], |n| 0 => 2;
    LoadFastCheck = 88, "LOAD_FAST_CHECK", 0, [ARG LOCAL], |n| 0 => 1;
    LoadFastLoadFast = 89, "LOAD_FAST_LOAD_FAST", 0, [ARG LOCAL], |n| 0 => 2;
    LoadFromDictOrDeref = 90, "LOAD_FROM_DICT_OR_DEREF", 0, [ARG FREE], |n| 1 => 1;
    LoadFromDictOrGlobals = 91, "LOAD_FROM_DICT_OR_GLOBALS", 0, [ARG NAME], |n| 1 => 1;
    LoadGlobal = 92, "LOAD_GLOBAL", 4, [ARG NAME], |n| 0 => 1 + (n & 1);
    LoadName = 93, "LOAD_NAME", 0, [ARG NAME], |n| 0 => 1;
    LoadSmallInt = 94, "LOAD_SMALL_INT", 0, [ARG], |n| 0 => 1;
    LoadSpecial = 95, "LOAD_SPECIAL", 0, [ARG], |n| 1 => 2;
    LoadSuperAttr = 96, "LOAD_SUPER_ATTR", 1, [ARG NAME], |n| 3 => 1 + (n & 1);
    MakeCell = 97, "MAKE_CELL", 0, [ARG FREE], |n| 0 => 0;
    MapAdd = 98, "MAP_ADD", 0, [ARG], |n| 2 + n => n;
    MatchClass = 99, "MATCH_CLASS", 0, [ARG], |n| 3 => 1;
    PopJumpIfFalse = 100, "POP_JUMP_IF_FALSE", 1, [ARG JUMP], |n| 1 => 0;
    PopJumpIfNone = 101, "POP_JUMP_IF_NONE", 1, [ARG JUMP], |n| 1 => 0;
    PopJumpIfNotNone = 102, "POP_JUMP_IF_NOT_NONE", 1, [ARG JUMP], |n| 1 => 0;
    PopJumpIfTrue = 103, "POP_JUMP_IF_TRUE", 1, [ARG JUMP], |n| 1 => 0;
    RaiseVarargs = 104, "RAISE_VARARGS", 0, [ARG], |n| n => 0;
    Reraise = 105, "RERAISE", 0, [ARG], |n| 1 + n => n;
    Send = 106, "SEND", 1, [ARG JUMP], |n| 2 => 2;
    SetAdd = 107, "SET_ADD", 0, [ARG], |n| 1 + n => n;
    SetFunctionAttribute = 108, "SET_FUNCTION_ATTRIBUTE", 0, [ARG], |n| 2 => 1;
    SetUpdate = 109, "SET_UPDATE", 0, [ARG], |n| 1 + n => n;
    StoreAttr = 110, "STORE_ATTR", 4, [ARG NAME], |n| 2 => 0;
    StoreDeref = 111, "STORE_DEREF", 0, [ARG FREE], |n| 1 => 0;
    StoreFast = 112, "STORE_FAST", 0, [ARG LOCAL], |n| 1 => 0;
    StoreFastLoadFast = 113, "STORE_FAST_LOAD_FAST", 0, [ARG LOCAL], |n| 1 => 1;
    StoreFastStoreFast = 114, "STORE_FAST_STORE_FAST", 0, [ARG LOCAL], |n| 2 => 0;
    StoreGlobal = 115, "STORE_GLOBAL", 0, [ARG NAME], |n| 1 => 0;
    StoreName = 116, "STORE_NAME", 0, [ARG NAME], |n| 1 => 0;
    Swap = 117, "SWAP", 0, [ARG], |n| n => n;
    UnpackEx = 118, "UNPACK_EX", 0, [ARG], |n| 1 => 1 + (n & 0xFF) + (n >> 8);
    UnpackSequence = 119, "UNPACK_SEQUENCE", 1, [ARG], |n| 1 => n;
    YieldValue = 120, "YIELD_VALUE", 0, [ARG], |n| 1 => 1;
    Resume = 128, "RESUME", 0, [ARG], |n| 0 => 0;
    InstrumentedEndFor = 234, "INSTRUMENTED_END_FOR", 0, [], |n| 1 => 0;
    InstrumentedPopIter = 235, "INSTRUMENTED_POP_ITER", 0, [], |n| 1 => 0;
    InstrumentedEndSend = 236, "INSTRUMENTED_END_SEND", 0, [], |n| 2 => 1;
    InstrumentedForIter = 237, "INSTRUMENTED_FOR_ITER", 0, [ARG JUMP], |n| 1 => 2;
    InstrumentedInstruction = 238, "INSTRUMENTED_INSTRUCTION", 0, [], |n| 0 => 0;
    InstrumentedJumpForward = 239, "INSTRUMENTED_JUMP_FORWARD", 0, [ARG], |n| 0 => 0;
    InstrumentedNotTaken = 240, "INSTRUMENTED_NOT_TAKEN", 0, [], |n| 0 => 0;
    InstrumentedPopJumpIfTrue = 241, "INSTRUMENTED_POP_JUMP_IF_TRUE", 0, [ARG], |n| 1 => 0;
    InstrumentedPopJumpIfFalse = 242, "INSTRUMENTED_POP_JUMP_IF_FALSE", 0, [ARG], |n| 1 => 0;
    InstrumentedPopJumpIfNone = 243, "INSTRUMENTED_POP_JUMP_IF_NONE", 0, [ARG], |n| 1 => 0;
    InstrumentedPopJumpIfNotNone = 244, "INSTRUMENTED_POP_JUMP_IF_NOT_NONE", 0, [ARG], |n| 1 => 0;
    InstrumentedResume = 245, "INSTRUMENTED_RESUME", 0, [ARG], |n| 0 => 0;
    InstrumentedReturnValue = 246, "INSTRUMENTED_RETURN_VALUE", 0, [], |n| 1 => 1;
    InstrumentedYieldValue = 247, "INSTRUMENTED_YIELD_VALUE", 0, [ARG], |n| 1 => 1;
    InstrumentedEndAsyncFor = 248, "INSTRUMENTED_END_ASYNC_FOR", 0, [ARG JUMP], |n| 2 => 0;
    InstrumentedLoadSuperAttr = 249, "INSTRUMENTED_LOAD_SUPER_ATTR", 0, [ARG NAME], |n| 3 => 1 + (n & 1);
    InstrumentedCall = 250, "INSTRUMENTED_CALL", 0, [ARG], |n| 2 + n => 1;
    InstrumentedCallKw = 251, "INSTRUMENTED_CALL_KW", 0, [ARG], |n| 3 + n => 1;
    InstrumentedCallFunctionEx = 252, "INSTRUMENTED_CALL_FUNCTION_EX", 0, [], |n| 4 => 1;
    InstrumentedJumpBackward = 253, "INSTRUMENTED_JUMP_BACKWARD", 0, [ARG], |n| 0 => 0;
    InstrumentedLine = 254, "INSTRUMENTED_LINE", 0, [], |n| 0 => 0;
    EnterExecutor = 255, "ENTER_EXECUTOR", 0, [ARG], |n| 0 => 0;
    AnnotationsPlaceholder = 256, "ANNOTATIONS_PLACEHOLDER", 0, [], |n| 0 => 0;
    Jump = 257, "JUMP", 0, [ARG JUMP], |n| 0 => 0;
    JumpIfFalse = 258, "JUMP_IF_FALSE", 0, [ARG JUMP], |n| 1 => 1;
    JumpIfTrue = 259, "JUMP_IF_TRUE", 0, [ARG JUMP], |n| 1 => 1;
    JumpNoInterrupt = 260, "JUMP_NO_INTERRUPT", 0, [ARG JUMP], |n| 0 => 0;
    LoadClosure = 261, "LOAD_CLOSURE", 0, [ARG LOCAL], |n| 0 => 1;
    PopBlock = 262, "POP_BLOCK", 0, [], |n| 0 => 0;
    SetupCleanup = 263, "SETUP_CLEANUP", 0, [ARG EXC], |n| 0 => 2;
    SetupFinally = 264, "SETUP_FINALLY", 0, [ARG EXC], |n| 0 => 1;
    SetupWith = 265, "SETUP_WITH", 0, [ARG EXC], |n| 0 => 1;
    StoreFastMaybeNull = 266, "STORE_FAST_MAYBE_NULL", 0, [ARG LOCAL], |n| 1 => 0;
}

specialized! {
    3, "BINARY_OP_INPLACE_ADD_UNICODE", BinaryOp;
    129, "BINARY_OP_ADD_FLOAT", BinaryOp;
    130, "BINARY_OP_ADD_INT", BinaryOp;
    131, "BINARY_OP_ADD_UNICODE", BinaryOp;
    132, "BINARY_OP_EXTEND", BinaryOp;
    133, "BINARY_OP_MULTIPLY_FLOAT", BinaryOp;
    134, "BINARY_OP_MULTIPLY_INT", BinaryOp;
    135, "BINARY_OP_SUBSCR_DICT", BinaryOp;
    136, "BINARY_OP_SUBSCR_GETITEM", BinaryOp;
    137, "BINARY_OP_SUBSCR_LIST_INT", BinaryOp;
    138, "BINARY_OP_SUBSCR_LIST_SLICE", BinaryOp;
    139, "BINARY_OP_SUBSCR_STR_INT", BinaryOp;
    140, "BINARY_OP_SUBSCR_TUPLE_INT", BinaryOp;
    141, "BINARY_OP_SUBTRACT_FLOAT", BinaryOp;
    142, "BINARY_OP_SUBTRACT_INT", BinaryOp;
    143, "CALL_ALLOC_AND_ENTER_INIT", Call;
    144, "CALL_BOUND_METHOD_EXACT_ARGS", Call;
    145, "CALL_BOUND_METHOD_GENERAL", Call;
    146, "CALL_BUILTIN_CLASS", Call;
    147, "CALL_BUILTIN_FAST", Call;
    148, "CALL_BUILTIN_FAST_WITH_KEYWORDS", Call;
    149, "CALL_BUILTIN_O", Call;
    150, "CALL_ISINSTANCE", Call;
    151, "CALL_KW_BOUND_METHOD", CallKw;
    152, "CALL_KW_NON_PY", CallKw;
    153, "CALL_KW_PY", CallKw;
    154, "CALL_LEN", Call;
    155, "CALL_LIST_APPEND", Call;
    156, "CALL_METHOD_DESCRIPTOR_FAST", Call;
    157, "CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS", Call;
    158, "CALL_METHOD_DESCRIPTOR_NOARGS", Call;
    159, "CALL_METHOD_DESCRIPTOR_O", Call;
    160, "CALL_NON_PY_GENERAL", Call;
    161, "CALL_PY_EXACT_ARGS", Call;
    162, "CALL_PY_GENERAL", Call;
    163, "CALL_STR_1", Call;
    164, "CALL_TUPLE_1", Call;
    165, "CALL_TYPE_1", Call;
    166, "COMPARE_OP_FLOAT", CompareOp;
    167, "COMPARE_OP_INT", CompareOp;
    168, "COMPARE_OP_STR", CompareOp;
    169, "CONTAINS_OP_DICT", ContainsOp;
    170, "CONTAINS_OP_SET", ContainsOp;
    171, "FOR_ITER_GEN", ForIter;
    172, "FOR_ITER_LIST", ForIter;
    173, "FOR_ITER_RANGE", ForIter;
    174, "FOR_ITER_TUPLE", ForIter;
    175, "JUMP_BACKWARD_JIT", JumpBackward;
    176, "JUMP_BACKWARD_NO_JIT", JumpBackward;
    177, "LOAD_ATTR_CLASS", LoadAttr;
    178, "LOAD_ATTR_CLASS_WITH_METACLASS_CHECK", LoadAttr;
    179, "LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN", LoadAttr;
    180, "LOAD_ATTR_INSTANCE_VALUE", LoadAttr;
    181, "LOAD_ATTR_METHOD_LAZY_DICT", LoadAttr;
    182, "LOAD_ATTR_METHOD_NO_DICT", LoadAttr;
    183, "LOAD_ATTR_METHOD_WITH_VALUES", LoadAttr;
    184, "LOAD_ATTR_MODULE", LoadAttr;
    185, "LOAD_ATTR_NONDESCRIPTOR_NO_DICT", LoadAttr;
    186, "LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES", LoadAttr;
    187, "LOAD_ATTR_PROPERTY", LoadAttr;
    188, "LOAD_ATTR_SLOT", LoadAttr;
    189, "LOAD_ATTR_WITH_HINT", LoadAttr;
    190, "LOAD_CONST_IMMORTAL", LoadConst;
    191, "LOAD_CONST_MORTAL", LoadConst;
    192, "LOAD_GLOBAL_BUILTIN", LoadGlobal;
    193, "LOAD_GLOBAL_MODULE", LoadGlobal;
    194, "LOAD_SUPER_ATTR_ATTR", LoadSuperAttr;
    195, "LOAD_SUPER_ATTR_METHOD", LoadSuperAttr;
    196, "RESUME_CHECK", Resume;
    197, "SEND_GEN", Send;
    198, "STORE_ATTR_INSTANCE_VALUE", StoreAttr;
    199, "STORE_ATTR_SLOT", StoreAttr;
    200, "STORE_ATTR_WITH_HINT", StoreAttr;
    201, "STORE_SUBSCR_DICT", StoreSubscr;
    202, "STORE_SUBSCR_LIST_INT", StoreSubscr;
    203, "TO_BOOL_ALWAYS_TRUE", ToBool;
    204, "TO_BOOL_BOOL", ToBool;
    205, "TO_BOOL_INT", ToBool;
    206, "TO_BOOL_LIST", ToBool;
    207, "TO_BOOL_NONE", ToBool;
    208, "TO_BOOL_STR", ToBool;
    209, "UNPACK_SEQUENCE_LIST", UnpackSequence;
    210, "UNPACK_SEQUENCE_TUPLE", UnpackSequence;
    211, "UNPACK_SEQUENCE_TWO_TUPLE", UnpackSequence;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_go_both_ways() {
        for &op in Op::ALL {
            assert_eq!(Op::from_name(op.name()), Some(op));
            if !op.is_pseudo() {
                assert_eq!(Op::from_byte(op as u8), Some(op));
            }
        }
        for &(number, name, _) in SPECIALIZED {
            assert_eq!(Op::from_byte(number), None, "{name}");
            assert_eq!(Op::from_name(name), None);
        }
    }

    #[test]
    fn an_argument_goes_with_the_number() {
        for &op in Op::ALL.iter().filter(|op| (**op as u16) < u16::from(MIN_INSTRUMENTED)) {
            assert_eq!(op.has_arg(), op as u16 > u16::from(HAVE_ARGUMENT), "{}", op.name());
        }
    }
}
