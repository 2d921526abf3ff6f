//! `_opcode`: facts about bytecode for `dis` and `opcode`.

use macros::pymodule;

/// The module.
#[pymodule(name = "_opcode", doc = "Opcode support module.")]
pub mod module {
    use code::Op;
    use objects::list::List;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    const NAMED: &[&str] = &[
        "DELETE_ATTR",
        "DELETE_GLOBAL",
        "DELETE_NAME",
        "IMPORT_FROM",
        "IMPORT_NAME",
        "LOAD_ATTR",
        "LOAD_FROM_DICT_OR_GLOBALS",
        "LOAD_GLOBAL",
        "LOAD_NAME",
        "LOAD_SUPER_ATTR",
        "STORE_ATTR",
        "STORE_GLOBAL",
        "STORE_NAME",
        "INSTRUMENTED_LOAD_SUPER_ATTR",
    ];
    const FREE: &[&str] =
        &["DELETE_DEREF", "LOAD_DEREF", "LOAD_FROM_DICT_OR_DEREF", "MAKE_CELL", "STORE_DEREF"];
    const LOCAL: &[&str] = &[
        "DELETE_FAST",
        "LOAD_FAST",
        "LOAD_FAST_AND_CLEAR",
        "LOAD_FAST_BORROW",
        "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
        "LOAD_FAST_CHECK",
        "LOAD_FAST_LOAD_FAST",
        "STORE_FAST",
        "STORE_FAST_LOAD_FAST",
        "STORE_FAST_MAYBE_NULL",
        "STORE_FAST_STORE_FAST",
        "LOAD_CLOSURE",
    ];

    fn op(opcode: i32) -> Option<Op> {
        u8::try_from(opcode).ok().and_then(Op::from_byte)
    }

    /// Return True if opcode is valid, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn is_valid(opcode: i32) -> bool {
        op(opcode).is_some()
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_arg(opcode: i32) -> bool {
        op(opcode).is_some_and(|o| o.has_arg())
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_const(opcode: i32) -> bool {
        op(opcode).is_some_and(|o| o.name() == "LOAD_CONST")
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_name(opcode: i32) -> bool {
        op(opcode).is_some_and(|o| NAMED.contains(&o.name()))
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_jump(opcode: i32) -> bool {
        op(opcode).is_some_and(|o| o.has_jump())
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_free(opcode: i32) -> bool {
        op(opcode).is_some_and(|o| FREE.contains(&o.name()))
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_local(opcode: i32) -> bool {
        op(opcode).is_some_and(|o| LOCAL.contains(&o.name()))
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_exc(opcode: i32) -> bool {
        op(opcode)
            .is_some_and(|o| matches!(o.name(), "SETUP_FINALLY" | "SETUP_CLEANUP" | "SETUP_WITH"))
    }

    fn names(vm: &mut Vm, all: &[&str]) -> PyResult<Value> {
        let list = List::new(vm)?;
        for name in all {
            let name = vm.intern(name)?;
            list.push(vm, name.into())?;
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

    /// Return the specialization stats
    #[function]
    fn get_specialization_stats() -> Value {
        Value::NONE
    }
}
