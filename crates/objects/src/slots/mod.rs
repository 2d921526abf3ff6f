//! Type slots: what a type does for each operation.
//!
//! One table, [`for_each_slot!`], names every slot with its function type and the special methods it stands for. From it
//! come the struct [`Slots`], inheritance, the wrapper descriptors (`slot wrapper`) of native types and the functions
//! that call a Python class's special methods (`slots/python.rs`).

pub mod dunder;
pub mod python;

use crate::str::Str;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// One operand.
pub type UnaryFn = fn(&mut Vm, Value) -> PyResult<Value>;
/// Two operands; either may be of the type. Answers NotImplemented for operands it doesn't know.
pub type BinaryFn = fn(&mut Vm, Value, Value) -> PyResult<Value>;
/// `pow` with its optional modulus (UNDEF or None when absent).
pub type TernaryFn = fn(&mut Vm, Value, Value, Value) -> PyResult<Value>;
/// Truth value.
pub type BoolFn = fn(&mut Vm, Value) -> PyResult<bool>;
/// Length.
pub type LenFn = fn(&mut Vm, Value) -> PyResult<usize>;
/// Hash, the raw 64 bits; never -1.
pub type HashFn = fn(&mut Vm, Value) -> PyResult<i64>;
/// The next item, or `None` at the end without an exception ([`Vm::stop`] may have the StopIteration).
pub type NextFn = fn(&mut Vm, Value) -> PyResult<Option<Value>>;
/// Sets an item, or deletes it when given `None`.
pub type SetItemFn = fn(&mut Vm, Value, Value, Option<Value>) -> PyResult<()>;
/// Containment.
pub type ContainsFn = fn(&mut Vm, Value, Value) -> PyResult<bool>;
/// Sequence repetition.
pub type RepeatFn = fn(&mut Vm, Value, isize) -> PyResult<Value>;
/// Attribute read.
pub type GetAttrFn = fn(&mut Vm, Value, Gc<Str>) -> PyResult<Value>;
/// Attribute write, or deletion when given `None`.
pub type SetAttrFn = fn(&mut Vm, Value, Gc<Str>, Option<Value>) -> PyResult<()>;
/// Rich comparison.
pub type CompareFn = fn(&mut Vm, Value, Value, CompareOp) -> PyResult<Value>;
/// Call: positional arguments, then keyword values; `kwnames` UNDEF or a tuple.
pub type CallFn = fn(&mut Vm, Value, &[Value], Value) -> PyResult<Value>;
/// Construction.
pub type NewFn = fn(&mut Vm, Gc<Type>, &[Value], Value) -> PyResult<Value>;
/// Initialisation.
pub type InitFn = fn(&mut Vm, Value, &[Value], Value) -> PyResult<()>;
/// Descriptor read: descriptor, instance (UNDEF for none), class (UNDEF for none).
pub type DescrGetFn = fn(&mut Vm, Value, Value, Value) -> PyResult<Value>;
/// Descriptor write, or deletion when given `None`.
pub type DescrSetFn = fn(&mut Vm, Value, Value, Option<Value>) -> PyResult<()>;
/// Finalizer.
pub type DelFn = fn(&mut Vm, Value) -> PyResult<()>;

/// A comparison operator, numbered as CPython's `Py_LT` … `Py_GE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CompareOp {
    /// `<`
    Lt = 0,
    /// `<=`
    Le = 1,
    /// `==`
    Eq = 2,
    /// `!=`
    Ne = 3,
    /// `>`
    Gt = 4,
    /// `>=`
    Ge = 5,
}

impl CompareOp {
    /// All, in order.
    pub const ALL: [CompareOp; 6] =
        [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge];
    /// The operator with operands exchanged.
    pub const fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }
    /// Source text.
    pub const fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }
    /// Its special method.
    pub const fn dunder(self) -> &'static str {
        ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"][self as usize]
    }
    /// Whether `ord` satisfies it.
    pub fn holds(self, ord: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ord.is_lt(),
            CompareOp::Le => ord.is_le(),
            CompareOp::Eq => ord.is_eq(),
            CompareOp::Ne => ord.is_ne(),
            CompareOp::Gt => ord.is_gt(),
            CompareOp::Ge => ord.is_ge(),
        }
    }
}

/// Calls `$m!` with every row: `name: FnType, kind, "dunder"[, "reflected dunder"], "operator", "doc"`.
///
/// `kind` says how a special method of a Python class is called for the slot and how a wrapper calls the slot.
#[macro_export]
macro_rules! for_each_slot {
    ($m:path) => {
        $m! {
            repr: UnaryFn, unary, "__repr__", "Return repr(self).";
            hash: HashFn, hash, "__hash__", "Return hash(self).";
            call: CallFn, call, "__call__", "Call self as a function.";
            str: UnaryFn, unary, "__str__", "Return str(self).";
            getattr: GetAttrFn, getattr, "__getattribute__", "Return getattr(self, name).";
            setattr: SetAttrFn, setattr, "__setattr__", "Implement setattr(self, name, value).";
            compare: CompareFn, compare, "__eq__", "";
            iter: UnaryFn, unary, "__iter__", "Implement iter(self).";
            next: NextFn, next, "__next__", "Implement next(self).";
            descr_get: DescrGetFn, descr_get, "__get__", "Return an attribute of instance, which is of type owner.";
            descr_set: DescrSetFn, descr_set, "__set__", "Set an attribute of instance to value.";
            init: InitFn, init, "__init__", "Initialize self.  See help(type(self)) for accurate signature.";
            new: NewFn, new, "__new__", "Create and return a new object.  See help(type) for accurate signature.";
            del: DelFn, del, "__del__", "Called when the instance is about to be destroyed.";
            await_: UnaryFn, unary, "__await__", "Return an iterator to be used in await expression.";
            aiter: UnaryFn, unary, "__aiter__", "Return an awaitable, that resolves in asynchronous iterator.";
            anext: UnaryFn, unary, "__anext__", "Return a value or raise StopAsyncIteration.";
            add: BinaryFn, binary, "__add__", "__radd__", "+";
            sub: BinaryFn, binary, "__sub__", "__rsub__", "-";
            mul: BinaryFn, binary, "__mul__", "__rmul__", "*";
            mod_: BinaryFn, binary, "__mod__", "__rmod__", "%";
            divmod: BinaryFn, binary, "__divmod__", "__rdivmod__", "divmod()";
            pow: TernaryFn, ternary, "__pow__", "__rpow__", "** or pow()";
            neg: UnaryFn, unary, "__neg__", "-self";
            pos: UnaryFn, unary, "__pos__", "+self";
            abs: UnaryFn, unary, "__abs__", "abs(self)";
            bool: BoolFn, bool, "__bool__", "True if self else False";
            invert: UnaryFn, unary, "__invert__", "~self";
            lshift: BinaryFn, binary, "__lshift__", "__rlshift__", "<<";
            rshift: BinaryFn, binary, "__rshift__", "__rrshift__", ">>";
            and: BinaryFn, binary, "__and__", "__rand__", "&";
            xor: BinaryFn, binary, "__xor__", "__rxor__", "^";
            or: BinaryFn, binary, "__or__", "__ror__", "|";
            int: UnaryFn, unary, "__int__", "int(self)";
            float: UnaryFn, unary, "__float__", "float(self)";
            iadd: BinaryFn, inplace, "__iadd__", "Return self+=value.";
            isub: BinaryFn, inplace, "__isub__", "Return self-=value.";
            imul: BinaryFn, inplace, "__imul__", "Return self*=value.";
            imod: BinaryFn, inplace, "__imod__", "Return self%=value.";
            ipow: BinaryFn, inplace, "__ipow__", "Return self**=value.";
            ilshift: BinaryFn, inplace, "__ilshift__", "Return self<<=value.";
            irshift: BinaryFn, inplace, "__irshift__", "Return self>>=value.";
            iand: BinaryFn, inplace, "__iand__", "Return self&=value.";
            ixor: BinaryFn, inplace, "__ixor__", "Return self^=value.";
            ior: BinaryFn, inplace, "__ior__", "Return self|=value.";
            floordiv: BinaryFn, binary, "__floordiv__", "__rfloordiv__", "//";
            truediv: BinaryFn, binary, "__truediv__", "__rtruediv__", "/";
            ifloordiv: BinaryFn, inplace, "__ifloordiv__", "Return self//=value.";
            itruediv: BinaryFn, inplace, "__itruediv__", "Return self/=value.";
            index: UnaryFn, unary, "__index__", "Return self converted to an integer, if self is suitable for use as an index into a list.";
            matmul: BinaryFn, binary, "__matmul__", "__rmatmul__", "@";
            imatmul: BinaryFn, inplace, "__imatmul__", "Return self@=value.";
            len: LenFn, len, "__len__", "Return len(self).";
            getitem: BinaryFn, getitem, "__getitem__", "Return self[key].";
            setitem: SetItemFn, setitem, "__setitem__", "Set self[key] to value.";
            contains: ContainsFn, contains, "__contains__", "Return bool(key in self).";
            concat: BinaryFn, concat, "__add__", "Return self+value.";
            repeat: RepeatFn, repeat, "__mul__", "Return self*value.";
            iconcat: BinaryFn, inplace, "__iadd__", "Implement self+=value.";
            irepeat: RepeatFn, irepeat, "__imul__", "Implement self*=value.";
        }
    };
}

macro_rules! slots_struct {
    ($($name:ident: $ty:ident, $kind:ident, $($text:literal),+;)*) => {
        /// The slots of a type. An absent slot means that the type has no such operation; slots are inherited when
        /// the type is made and kept up to date when a class is changed.
        #[derive(Clone, Copy, Default)]
        pub struct Slots {
            $(
                #[doc = concat!("`", $($text, "` `",)+ "`")]
                pub $name: Option<$ty>,
            )*
        }

        /// Names a slot.
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Slot { $(#[doc = stringify!($name)] $name,)* }

        impl Slot {
            /// All, in order.
            pub const ALL: &[Slot] = &[$(Slot::$name),*];
            /// How many there are.
            pub const COUNT: usize = [$(stringify!($name)),*].len();
        }

        impl Slots {
            /// Whether slot `slot` holds the same function in both (absent counts as equal to absent).
            pub fn same(&self, other: &Slots, slot: Slot) -> bool {
                match slot {
                    $(Slot::$name => self.$name.map(|f| f as usize) == other.$name.map(|f| f as usize),)*
                }
            }

            /// Whether slot `slot` is present.
            pub fn has(&self, slot: Slot) -> bool {
                match slot {
                    $(Slot::$name => self.$name.is_some(),)*
                }
            }

            /// Takes slot `slot` over from `other`.
            pub fn copy(&mut self, other: &Slots, slot: Slot) {
                match slot {
                    $(Slot::$name => self.$name = other.$name,)*
                }
            }

            /// No slot.
            pub const EMPTY: Slots = Slots { $($name: None,)* };

            /// Takes over from `base` every slot that is absent here.
            pub fn inherit(&mut self, base: &Slots) {
                $(if self.$name.is_none() { self.$name = base.$name; })*
            }
        }
    };
}
for_each_slot!(slots_struct);
