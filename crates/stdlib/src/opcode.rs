//! `_opcode`: facts about bytecode for `dis` and `opcode`.
//!
//! They come from the opcode table of the crate `code`. The specialised forms, which never occur in code that PVM runs, are
//! numbers with the facts of [`SPECIALIZED`].

use code::opcode::{self, ARG, CONST, EXC, FREE, JUMP, LOCAL, NAME, Op};
use macros::pymodule;

/// Which specialised forms use their argument, and how, by ranges of numbers.
const SPECIALIZED: &[(i32, i32, u8)] = &[
    (3, 3, LOCAL),
    (143, 153, ARG),
    (155, 171, ARG),
    (172, 176, ARG | JUMP),
    (177, 178, ARG),
    (179, 179, ARG | NAME),
    (180, 188, ARG),
    (189, 189, ARG | NAME),
    (190, 191, ARG | CONST),
    (192, 193, ARG),
    (194, 195, ARG | NAME),
    (197, 197, ARG),
    (200, 200, ARG | NAME),
    (209, 211, ARG),
];

/// The symbols of BINARY_OP's arguments.
const BINARY: &[(&str, &str)] = &[
    ("NB_ADD", "+"),
    ("NB_AND", "&"),
    ("NB_FLOOR_DIVIDE", "//"),
    ("NB_LSHIFT", "<<"),
    ("NB_MATRIX_MULTIPLY", "@"),
    ("NB_MULTIPLY", "*"),
    ("NB_REMAINDER", "%"),
    ("NB_OR", "|"),
    ("NB_POWER", "**"),
    ("NB_RSHIFT", ">>"),
    ("NB_SUBTRACT", "-"),
    ("NB_TRUE_DIVIDE", "/"),
    ("NB_XOR", "^"),
    ("NB_INPLACE_ADD", "+="),
    ("NB_INPLACE_AND", "&="),
    ("NB_INPLACE_FLOOR_DIVIDE", "//="),
    ("NB_INPLACE_LSHIFT", "<<="),
    ("NB_INPLACE_MATRIX_MULTIPLY", "@="),
    ("NB_INPLACE_MULTIPLY", "*="),
    ("NB_INPLACE_REMAINDER", "%="),
    ("NB_INPLACE_OR", "|="),
    ("NB_INPLACE_POWER", "**="),
    ("NB_INPLACE_RSHIFT", ">>="),
    ("NB_INPLACE_SUBTRACT", "-="),
    ("NB_INPLACE_TRUE_DIVIDE", "/="),
    ("NB_INPLACE_XOR", "^="),
    ("NB_SUBSCR", "[]"),
];

/// The operation with this number, a specialised form not being one.
fn op(number: i32) -> Option<Op> {
    match u8::try_from(number) {
        Ok(byte) => Op::from_byte(byte),
        Err(_) => Op::ALL.iter().copied().find(|op| *op as i32 == number),
    }
}

fn is_specialized(number: i32) -> bool {
    opcode::SPECIALIZED.iter().any(|(byte, ..)| i32::from(*byte) == number)
}

/// Whether the operation, or specialised form, with this number has a flag.
fn has(number: i32, flag: u8) -> bool {
    match op(number) {
        Some(op) => op.flags() & flag != 0,
        None => SPECIALIZED
            .iter()
            .any(|(first, last, flags)| (*first..=*last).contains(&number) && flags & flag != 0),
    }
}

/// The module.
#[pymodule(name = "_opcode", doc = "Opcode support module.")]
pub mod module {
    use super::{ARG, BINARY, CONST, EXC, FREE, JUMP, LOCAL, NAME, has, is_specialized, op};
    use objects::code::Code;
    use objects::list::List;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::types::class_name;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    const ENABLE_SPECIALIZATION: i64 = 1;
    #[attr]
    const ENABLE_SPECIALIZATION_FT: bool = false;

    /// Compute the stack effect of the opcode.
    #[function(sig = "($module, opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(
        vm: &mut Vm,
        opcode: i32,
        oparg: Option<i32>,
        jump: Option<Value>,
    ) -> PyResult<i32> {
        let jump = match jump {
            None => None,
            Some(v) => match v.as_bool() {
                Some(jump) => Some(jump),
                None => {
                    return Err(vm.value_error(format_args!(
                        "stack_effect: jump must be False, True or None"
                    )));
                }
            },
        };
        let Some(op) = op(opcode) else {
            return Err(vm.value_error(format_args!("invalid opcode or oparg")));
        };
        let effect = op.stack_effect(oparg.unwrap_or(0));
        // Opening a region pushes only on the way to its handler.
        Ok(if op.is_block_push() && jump == Some(false) { 0 } else { effect })
    }

    /// Return True if opcode is valid, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn is_valid(opcode: i32) -> bool {
        op(opcode).is_some() || is_specialized(opcode)
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_arg(opcode: i32) -> bool {
        has(opcode, ARG)
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_const(opcode: i32) -> bool {
        has(opcode, CONST)
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_name(opcode: i32) -> bool {
        has(opcode, NAME)
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_jump(opcode: i32) -> bool {
        has(opcode, JUMP)
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    ///
    /// Note that 'free' in this context refers to names in the current scope
    /// that are referenced by inner scopes or names that are referenced from
    /// outer scopes of this scope. It does *not* include references to global
    /// or builtin scopes.
    #[function(sig = "($module, /, opcode)")]
    fn has_free(opcode: i32) -> bool {
        has(opcode, FREE)
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_local(opcode: i32) -> bool {
        has(opcode, LOCAL)
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_exc(opcode: i32) -> bool {
        has(opcode, EXC)
    }

    fn names(vm: &mut Vm, all: &[&str]) -> PyResult<Value> {
        let list = List::new(vm)?;
        for name in all {
            let name = vm.intern(name)?;
            list.push(vm, name.into())?;
        }
        Ok(list.into())
    }

    /// Return array of symbols of binary ops.
    ///
    /// Indexed by the BINARY_OP oparg value.
    #[function]
    fn get_nb_ops(vm: &mut Vm) -> PyResult<Value> {
        let list = List::new(vm)?;
        for (name, symbol) in BINARY {
            let name = Str::new(vm, name)?;
            let symbol = Str::new(vm, symbol)?;
            let pair = Tuple::pair(vm, name.into(), symbol.into())?;
            list.push(vm, pair.into())?;
        }
        Ok(list.into())
    }

    /// Return a list of names of the unary intrinsics.
    #[function]
    fn get_intrinsic1_descs(vm: &mut Vm) -> PyResult<Value> {
        names(
            vm,
            &[
                "INTRINSIC_1_INVALID",
                "INTRINSIC_PRINT",
                "INTRINSIC_IMPORT_STAR",
                "INTRINSIC_STOPITERATION_ERROR",
                "INTRINSIC_ASYNC_GEN_WRAP",
                "INTRINSIC_UNARY_POSITIVE",
                "INTRINSIC_LIST_TO_TUPLE",
                "INTRINSIC_TYPEVAR",
                "INTRINSIC_PARAMSPEC",
                "INTRINSIC_TYPEVARTUPLE",
                "INTRINSIC_SUBSCRIPT_GENERIC",
                "INTRINSIC_TYPEALIAS",
            ],
        )
    }

    /// Return a list of names of the binary intrinsics.
    #[function]
    fn get_intrinsic2_descs(vm: &mut Vm) -> PyResult<Value> {
        names(
            vm,
            &[
                "INTRINSIC_2_INVALID",
                "INTRINSIC_PREP_RERAISE_STAR",
                "INTRINSIC_TYPEVAR_WITH_BOUND",
                "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
                "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
                "INTRINSIC_SET_TYPEPARAM_DEFAULT",
            ],
        )
    }

    /// Return a list of special method names.
    #[function]
    fn get_special_method_names(vm: &mut Vm) -> PyResult<Value> {
        names(vm, &["__enter__", "__exit__", "__aenter__", "__aexit__"])
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[function(sig = "($module, /, code, offset)")]
    fn get_executor(vm: &mut Vm, code: Value, offset: i32) -> PyResult<Value> {
        let _ = offset;
        if code.cast::<Code>().is_none() {
            return Err(
                vm.type_error(format_args!("expected a code object, not '{}'", class_name(code)))
            );
        }
        Err(vm.runtime_error(format_args!("Executors are not available in this build")))
    }

    /// Return the specialization stats
    #[function]
    fn get_specialization_stats() -> Value {
        Value::NONE
    }
}
