//! The core types: every native type that is there from the start, and short names for their definitions.

use crate::def::TypeDef;
use crate::layout::Object;

/// Gives a definition.
pub type DefFn = fn() -> &'static TypeDef;

macro_rules! core_types {
    ($($name:ident = $ty:ty;)*) => {
        $(
            #[doc = concat!("The type of ", stringify!($ty))]
            pub const $name: DefFn = <$ty as Object>::def;
        )*
        /// All of them, bases first.
        pub const ALL: &[DefFn] = &[$($name),*];
    };
}

core_types! {
    OBJECT = crate::object::PyObject;
    TYPE = crate::types::Type;
    INT = crate::int::Int;
    BOOL = crate::int::Bool;
    FLOAT = crate::float::Float;
    COMPLEX = crate::complex::Complex;
    STR = crate::str::Str;
    BYTES = crate::bytes::Bytes;
    BYTEARRAY = crate::bytearray::ByteArray;
    TUPLE = crate::tuple::Tuple;
    LIST = crate::list::List;
    DICT = crate::dict::Dict;
    SET = crate::set::Set;
    FROZENSET = crate::set::FrozenSet;
    RANGE = crate::range::Range;
    SLICE = crate::slice::Slice;
    MAPPING_PROXY = crate::dict::MappingProxy;
    DICT_KEYS = crate::dict::DictKeys;
    DICT_VALUES = crate::dict::DictValues;
    DICT_ITEMS = crate::dict::DictItems;
    DICT_KEY_ITERATOR = crate::dict::DictKeyIterator;
    DICT_VALUE_ITERATOR = crate::dict::DictValueIterator;
    DICT_ITEM_ITERATOR = crate::dict::DictItemIterator;
    DICT_REVERSE_KEY_ITERATOR = crate::dict::DictReverseKeyIterator;
    DICT_REVERSE_VALUE_ITERATOR = crate::dict::DictReverseValueIterator;
    DICT_REVERSE_ITEM_ITERATOR = crate::dict::DictReverseItemIterator;
    SET_ITERATOR = crate::set::SetIterator;
    LIST_ITERATOR = crate::list::ListIterator;
    LIST_REVERSE_ITERATOR = crate::list::ListReverseIterator;
    TUPLE_ITERATOR = crate::tuple::TupleIterator;
    RANGE_ITERATOR = crate::range::RangeIterator;
    LONG_RANGE_ITERATOR = crate::range::LongRangeIterator;
    STR_ITERATOR = crate::str::StrIterator;
    STR_ASCII_ITERATOR = crate::str::StrAsciiIterator;
    BYTES_ITERATOR = crate::bytes::BytesIterator;
    BYTEARRAY_ITERATOR = crate::bytearray::ByteArrayIterator;
    SEQUENCE_ITERATOR = crate::iter::SequenceIterator;
    CALLABLE_ITERATOR = crate::iter::CallableIterator;
    ENUMERATE = crate::iter::Enumerate;
    ZIP = crate::iter::Zip;
    MAP = crate::iter::Map;
    FILTER = crate::iter::Filter;
    REVERSED = crate::iter::Reversed;
    NONE = crate::singletons::NoneType;
    ELLIPSIS = crate::singletons::EllipsisType;
    NOT_IMPLEMENTED = crate::singletons::NotImplementedType;
    NATIVE_FUNCTION = crate::native::NativeFunction;
    FUNCTION = crate::code::Function;
    CODE = crate::code::Code;
    METHOD = crate::method::Method;
    WRAPPER_DESCRIPTOR = crate::descr::WrapperDescriptor;
    METHOD_DESCRIPTOR = crate::descr::MethodDescriptor;
    CLASS_METHOD_DESCRIPTOR = crate::descr::ClassMethodDescriptor;
    GETSET_DESCRIPTOR = crate::descr::GetSetDescriptor;
    MEMBER_DESCRIPTOR = crate::descr::MemberDescriptor;
    METHOD_WRAPPER = crate::descr::MethodWrapper;
    PROPERTY = crate::wrappers::Property;
    CLASSMETHOD = crate::wrappers::ClassMethod;
    STATICMETHOD = crate::wrappers::StaticMethod;
    SUPER = crate::wrappers::Super;
    CELL = crate::cell::Cell;
    MODULE = crate::module::Module;
    TRACEBACK = crate::traceback::Traceback;
    WEAKREF = crate::weak::WeakRef;
}
