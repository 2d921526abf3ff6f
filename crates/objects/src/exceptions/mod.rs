//! Exceptions: the classes, and what the object model does with instances.
//!
//! One table lists all classes without fields of their own; those with fields are structs in the files here. Every one is
//! named by a definition (`exceptions::TYPE_ERROR`, …).

mod base;
mod fields;
mod group;
pub use group::split_by_class;
pub mod os;
mod syntax;
pub mod unicode;

pub use base::{BASE_EXCEPTION, BaseException};
pub use fields::{
    ATTRIBUTE_ERROR, AttributeError, IMPORT_ERROR, ImportError, NAME_ERROR, NameError,
    STOP_ITERATION, SYSTEM_EXIT, StopIteration, SystemExit,
};
pub use group::{BASE_EXCEPTION_GROUP, BaseExceptionGroup};
pub use os::{OS_ERROR, OsError};
pub use syntax::{SYNTAX_ERROR, SyntaxError};
pub use unicode::{
    UNICODE_DECODE_ERROR, UNICODE_ENCODE_ERROR, UNICODE_ERROR, UNICODE_TRANSLATE_ERROR,
    UnicodeError,
};

use crate::args::parts::{self, Fields};
use crate::def::{Made, TypeDef, TypeFlags};
use crate::layout::Object;
use crate::slots::Slots;
use crate::tuple::Tuple;
use crate::types::{self, Type};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// Classes with fields of their own, bases first.
const WITH_FIELDS: [&TypeDef; 13] = [
    &BASE_EXCEPTION,
    &STOP_ITERATION,
    &SYSTEM_EXIT,
    &IMPORT_ERROR,
    &OS_ERROR,
    &ATTRIBUTE_ERROR,
    &NAME_ERROR,
    &SYNTAX_ERROR,
    &UNICODE_ERROR,
    &UNICODE_ENCODE_ERROR,
    &UNICODE_DECODE_ERROR,
    &UNICODE_TRANSLATE_ERROR,
    &BASE_EXCEPTION_GROUP,
];

macro_rules! table {
    ($($id:ident = $name:literal, $base:expr, $layout:ty, $slots:expr, $doc:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`")]
            pub static $id: TypeDef = TypeDef {
                name: $name,
                doc: $doc,
                signature: "",
                base: Some($base),
                layout: <$layout as Object>::LAYOUT,
                flags: TypeFlags::BASETYPE.with(TypeFlags::DICT).with(TypeFlags::IMMUTABLE),
                slots: $slots,
                methods: &[],
                getset: &[],
                consts: &[],
                made: Made::new(),
            };
        )*
        /// Classes without fields of their own, bases first.
        static TABLE: &[&TypeDef] = &[$(&$id),*];
    };
}

fn plain(_: &mut Slots) {}

fn key_error(slots: &mut Slots) {
    slots.str = Some(base::key_error_str);
}

table! {
    EXCEPTION = "Exception", &BASE_EXCEPTION, BaseException, plain, "Common base class for all non-exit exceptions.";
    KEYBOARD_INTERRUPT = "KeyboardInterrupt", &BASE_EXCEPTION, BaseException, plain, "Program interrupted by user.";
    GENERATOR_EXIT = "GeneratorExit", &BASE_EXCEPTION, BaseException, plain, "Request that a generator exit.";
    TYPE_ERROR = "TypeError", &EXCEPTION, BaseException, plain, "Inappropriate argument type.";
    STOP_ASYNC_ITERATION = "StopAsyncIteration", &EXCEPTION, BaseException, plain, "Signal the end from iterator.__anext__().";
    MODULE_NOT_FOUND_ERROR = "ModuleNotFoundError", &IMPORT_ERROR, ImportError, plain, "Module not found.";
    EOF_ERROR = "EOFError", &EXCEPTION, BaseException, plain, "Read beyond end of file.";
    RUNTIME_ERROR = "RuntimeError", &EXCEPTION, BaseException, plain, "Unspecified run-time error.";
    RECURSION_ERROR = "RecursionError", &RUNTIME_ERROR, BaseException, plain, "Recursion limit exceeded.";
    NOT_IMPLEMENTED_ERROR = "NotImplementedError", &RUNTIME_ERROR, BaseException, plain, "Method or function hasn't been implemented yet.";
    PYTHON_FINALIZATION_ERROR = "PythonFinalizationError", &RUNTIME_ERROR, BaseException, plain, "Operation blocked during Python finalization.";
    UNBOUND_LOCAL_ERROR = "UnboundLocalError", &NAME_ERROR, NameError, plain, "Local name referenced but not bound to a value.";
    INDENTATION_ERROR = "IndentationError", &SYNTAX_ERROR, SyntaxError, plain, "Improper indentation.";
    TAB_ERROR = "TabError", &INDENTATION_ERROR, SyntaxError, plain, "Improper mixture of spaces and tabs.";
    INCOMPLETE_INPUT_ERROR = "_IncompleteInputError", &SYNTAX_ERROR, SyntaxError, plain, "incomplete input.";
    LOOKUP_ERROR = "LookupError", &EXCEPTION, BaseException, plain, "Base class for lookup errors.";
    INDEX_ERROR = "IndexError", &LOOKUP_ERROR, BaseException, plain, "Sequence index out of range.";
    KEY_ERROR = "KeyError", &LOOKUP_ERROR, BaseException, key_error, "Mapping key not found.";
    VALUE_ERROR = "ValueError", &EXCEPTION, BaseException, plain, "Inappropriate argument value (of correct type).";
    ASSERTION_ERROR = "AssertionError", &EXCEPTION, BaseException, plain, "Assertion failed.";
    ARITHMETIC_ERROR = "ArithmeticError", &EXCEPTION, BaseException, plain, "Base class for arithmetic errors.";
    FLOATING_POINT_ERROR = "FloatingPointError", &ARITHMETIC_ERROR, BaseException, plain, "Floating-point operation failed.";
    OVERFLOW_ERROR = "OverflowError", &ARITHMETIC_ERROR, BaseException, plain, "Result too large to be represented.";
    ZERO_DIVISION_ERROR = "ZeroDivisionError", &ARITHMETIC_ERROR, BaseException, plain, "Second argument to a division or modulo operation was zero.";
    SYSTEM_ERROR = "SystemError", &EXCEPTION, BaseException, plain, "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    REFERENCE_ERROR = "ReferenceError", &EXCEPTION, BaseException, plain, "Weak ref proxy used after referent went away.";
    MEMORY_ERROR = "MemoryError", &EXCEPTION, BaseException, plain, "Out of memory.";
    BUFFER_ERROR = "BufferError", &EXCEPTION, BaseException, plain, "Buffer error.";
    WARNING = "Warning", &EXCEPTION, BaseException, plain, "Base class for warning categories.";
    USER_WARNING = "UserWarning", &WARNING, BaseException, plain, "Base class for warnings generated by user code.";
    DEPRECATION_WARNING = "DeprecationWarning", &WARNING, BaseException, plain, "Base class for warnings about deprecated features.";
    PENDING_DEPRECATION_WARNING = "PendingDeprecationWarning", &WARNING, BaseException, plain, "Base class for warnings about features which will be deprecated\nin the future.";
    SYNTAX_WARNING = "SyntaxWarning", &WARNING, BaseException, plain, "Base class for warnings about dubious syntax.";
    RUNTIME_WARNING = "RuntimeWarning", &WARNING, BaseException, plain, "Base class for warnings about dubious runtime behavior.";
    FUTURE_WARNING = "FutureWarning", &WARNING, BaseException, plain, "Base class for warnings about constructs that will change semantically\nin the future.";
    IMPORT_WARNING = "ImportWarning", &WARNING, BaseException, plain, "Base class for warnings about probable mistakes in module imports";
    UNICODE_WARNING = "UnicodeWarning", &WARNING, BaseException, plain, "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    BYTES_WARNING = "BytesWarning", &WARNING, BaseException, plain, "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    RESOURCE_WARNING = "ResourceWarning", &WARNING, BaseException, plain, "Base class for warnings about resource usage.";
    ENCODING_WARNING = "EncodingWarning", &WARNING, BaseException, plain, "Base class for warnings about encodings.";
    CONNECTION_ERROR = "ConnectionError", &OS_ERROR, OsError, plain, "Connection error.";
    BLOCKING_IO_ERROR = "BlockingIOError", &OS_ERROR, OsError, plain, "I/O operation would block.";
    BROKEN_PIPE_ERROR = "BrokenPipeError", &CONNECTION_ERROR, OsError, plain, "Broken pipe.";
    CHILD_PROCESS_ERROR = "ChildProcessError", &OS_ERROR, OsError, plain, "Child process error.";
    CONNECTION_ABORTED_ERROR = "ConnectionAbortedError", &CONNECTION_ERROR, OsError, plain, "Connection aborted.";
    CONNECTION_REFUSED_ERROR = "ConnectionRefusedError", &CONNECTION_ERROR, OsError, plain, "Connection refused.";
    CONNECTION_RESET_ERROR = "ConnectionResetError", &CONNECTION_ERROR, OsError, plain, "Connection reset.";
    FILE_EXISTS_ERROR = "FileExistsError", &OS_ERROR, OsError, plain, "File already exists.";
    FILE_NOT_FOUND_ERROR = "FileNotFoundError", &OS_ERROR, OsError, plain, "File not found.";
    IS_A_DIRECTORY_ERROR = "IsADirectoryError", &OS_ERROR, OsError, plain, "Operation doesn't work on directories.";
    NOT_A_DIRECTORY_ERROR = "NotADirectoryError", &OS_ERROR, OsError, plain, "Operation only works on directories.";
    INTERRUPTED_ERROR = "InterruptedError", &OS_ERROR, OsError, plain, "Interrupted by signal.";
    PERMISSION_ERROR = "PermissionError", &OS_ERROR, OsError, plain, "Not enough permissions.";
    PROCESS_LOOKUP_ERROR = "ProcessLookupError", &OS_ERROR, OsError, plain, "Process not found.";
    TIMEOUT_ERROR = "TimeoutError", &OS_ERROR, OsError, plain, "Timeout expired.";
}

/// Readies all exception classes. Called once, after the core types.
pub fn start(vm: &mut Vm) -> PyResult<()> {
    for def in all() {
        types::ready(vm, def)?;
    }
    let out_of_memory = make(vm, &MEMORY_ERROR, &[])?;
    vm.rt().memory_error = out_of_memory;
    group::start(vm)
}

/// The native exception classes, for the module `builtins` (`ExceptionGroup` aside, see [`exception_group`]).
pub fn all() -> impl Iterator<Item = &'static TypeDef> {
    WITH_FIELDS.into_iter().chain(TABLE.iter().copied())
}

/// The class `ExceptionGroup`.
pub fn exception_group(vm: &mut Vm) -> Gc<Type> {
    crate::layout::receiver(vm.rt().exception_group)
}

/// An instance of the native class `def`, as calling the class with `args` gives.
pub fn make(vm: &mut Vm, def: &'static TypeDef, args: &[Value]) -> PyResult<Value> {
    let class = def.object();
    let slots = class.slots();
    let (new, init) = (slots.new, slots.init);
    let (Some(new), Some(init)) = (new, init) else {
        return Err(vm.raise_with(&SYSTEM_ERROR, &[]));
    };
    let exception = new(vm, class, args, Value::UNDEF)?;
    init(vm, exception, args, Value::UNDEF)?;
    Ok(exception)
}

/// A MemoryError without arguments; `None` if there is no memory for it.
pub(crate) fn make_memory_error(vm: &mut Vm) -> Option<Value> {
    let class = MEMORY_ERROR.object();
    let size = crate::attrs::instance_size(crate::shape::shape(class.root.get()));
    let object = vm.heap().alloc(size, class.root.get())?.cast::<BaseException>();
    // SAFETY: fresh memory for an instance of the class, whose attribute word is empty.
    unsafe {
        BaseException::write(object.as_ptr(), base::parts(Tuple::empty()));
        let exception: Gc<BaseException> = Gc::from_ptr(object.as_ptr());
        crate::attrs::init_word(exception.cast(), crate::shape::shape(class.root.get()));
        Some(exception.into())
    }
}

/// Whether `v` is a class derived from `BaseException`.
pub fn is_exception_class(v: Value) -> bool {
    v.cast::<Type>().is_some_and(|t| t.is_subtype(BASE_EXCEPTION.object()))
}

/// What `raise v` raises: an instance of `v` if it is a class, or `v` itself if it is an instance.
pub fn instantiate(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if v.cast::<BaseException>().is_some() {
        return Ok(v);
    }
    if !is_exception_class(v) {
        return Err(vm.type_error(format_args!("exceptions must derive from BaseException")));
    }
    let made = vm.call(v, &[])?;
    if made.cast::<BaseException>().is_none() {
        let class = vm.repr(v)?;
        return Err(vm.type_error(format_args!(
            "calling {} should have returned an instance of BaseException, not {}",
            class.text(),
            types::class_name(made)
        )));
    }
    Ok(made)
}

/// `exc.__cause__ = cause`, where `cause` is an exception or None; as `raise … from …` sets it.
pub fn set_cause(vm: &mut Vm, exception: Value, cause: Value) {
    if let Some(e) = exception.cast::<BaseException>() {
        e.cause.set(e, vm.heap(), cause);
        e.suppress_context.set(true);
    }
}

/// Takes `exception` out of the chain of contexts that begins with `handled`, so that it can get `handled` as its context.
pub(crate) fn break_context_cycle(vm: &mut Vm, handled: Value, exception: Value) {
    let (mut at, mut slow, mut move_slow) = (handled, handled, false);
    while let Some(e) = at.cast::<BaseException>() {
        let context = e.context.get();
        if context.is_none() {
            return;
        }
        if context == exception {
            e.context.set(e, vm.heap(), Value::NONE);
            return;
        }
        at = context;
        // The chain can have a cycle that the exception isn't in.
        if at == slow {
            return;
        }
        if move_slow && let Some(s) = slow.cast::<BaseException>() {
            slow = s.context.get();
        }
        move_slow = !move_slow;
    }
}

/// `exception.add_note(note)`
pub fn add_note(vm: &mut Vm, exception: Value, note: Value) -> PyResult<()> {
    base::add_note(vm, exception, note)
}

/// Makes an instance of `cls` with the fields `parts`.
fn create<T: Fields>(vm: &mut Vm, cls: Gc<Type>, fields: T::Parts) -> PyResult<Value> {
    Ok(parts::create::<T>(vm, cls, fields)?.into())
}

/// The tuple of the positional arguments.
fn args_tuple(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Tuple>> {
    Tuple::from_slice(vm, crate::args::positional(args, kwnames))
}
