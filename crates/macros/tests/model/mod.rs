//! A small model of the crate `objects`: values, classes and exceptions just good enough to run what the macros write.
//!
//! The tables (`def.rs`) and the argument parsing (`args.rs`) are the real ones. Objects are leaked, nothing is ever
//! collected.

use crate::def::TypeDef;
use crate::layout::Object;
use crate::str::Str;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

pub struct Header {
    /// Address of the class; 0 for a class itself.
    pub class: usize,
}

pub struct Gc<T>(NonNull<T>);
impl<T> Gc<T> {
    pub const unsafe fn from_ptr(p: *mut T) -> Gc<T> {
        Gc(unsafe { NonNull::new_unchecked(p) })
    }
    pub const unsafe fn from_raw(p: *mut T) -> Gc<T> {
        unsafe { Gc::from_ptr(p) }
    }
    pub const fn from_non_null(p: NonNull<T>) -> Gc<T> {
        Gc(p)
    }
    pub const fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }
}
impl<T> Clone for Gc<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<T> {}
impl<T> PartialEq for Gc<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Deref for Gc<T> {
    type Target = T;
    fn deref(&self) -> &T {
        unsafe { self.0.as_ref() }
    }
}

pub struct Field<T>(Cell<T>);
impl<T: Copy> Field<T> {
    pub const fn new(value: T) -> Field<T> {
        Field(Cell::new(value))
    }
    pub fn get(&self) -> T {
        self.0.get()
    }
}

/// Counts what it is shown.
pub struct Tracer<'a> {
    pub seen: Vec<Value>,
    pub scope: PhantomData<&'a ()>,
}

pub mod value {
    use super::*;

    #[derive(Clone, Copy, PartialEq, Debug)]
    pub enum Value {
        Undef,
        None,
        Bool(bool),
        Int(i64),
        Heap(usize),
    }
    impl Value {
        pub const UNDEF: Value = Value::Undef;
        pub const NONE: Value = Value::None;
        pub const TRUE: Value = Value::Bool(true);
        pub const FALSE: Value = Value::Bool(false);
        pub fn is_undef(self) -> bool {
            self == Value::Undef
        }
        pub fn is_none(self) -> bool {
            self == Value::None
        }
        pub fn defined(self) -> Option<Value> {
            if self.is_undef() { None } else { Some(self) }
        }
        pub fn cast<T: Object>(self) -> Option<Gc<T>> {
            let Value::Heap(p) = self else { return None };
            crate::types::is_instance(self, T::def().object())
                .then(|| unsafe { Gc::from_ptr(p as *mut T) })
        }
    }
    impl<T> From<Gc<T>> for Value {
        fn from(p: Gc<T>) -> Value {
            Value::Heap(p.as_ptr() as usize)
        }
    }
}

pub mod vm {
    use super::*;

    #[derive(Debug, PartialEq)]
    pub struct Raised;
    pub type PyResult<T> = Result<T, Raised>;

    #[derive(Default)]
    pub struct Vm {
        pub message: String,
    }
    impl Vm {
        pub fn type_error(&mut self, message: std::fmt::Arguments<'_>) -> Raised {
            self.message = message.to_string();
            Raised
        }
        pub fn alloc_exact<T: Object>(&mut self) -> PyResult<NonNull<T>> {
            self.alloc_object(T::def().object())
        }
        pub fn alloc_object<T: Object>(&mut self, cls: Gc<Type>) -> PyResult<NonNull<T>> {
            let size = cls.layout.size;
            let layout = std::alloc::Layout::from_size_align(size, 16).map_err(|_| Raised)?;
            let p = NonNull::new(unsafe { std::alloc::alloc_zeroed(layout) }).ok_or(Raised)?;
            unsafe { p.cast::<Header>().write(Header { class: cls.as_ptr() as usize }) };
            Ok(p.cast())
        }
    }
}

pub mod layout {
    use super::*;

    pub struct Layout {
        pub name: &'static str,
        pub base: Option<&'static Layout>,
        pub size: usize,
        pub full_size: Option<unsafe fn(*const Header) -> usize>,
        pub trace: unsafe fn(*mut Header, &mut Tracer<'_>),
        pub drop: Option<unsafe fn(*mut Header)>,
    }
    pub unsafe trait Object: Sized + 'static {
        const LAYOUT: &'static Layout;
        fn def() -> &'static TypeDef;
    }
    pub fn receiver<T: Object>(v: Value) -> Gc<T> {
        v.cast().expect("a receiver of the slot's type")
    }
    pub trait Trace {
        fn trace(&self, tracer: &mut Tracer<'_>);
    }
    impl Trace for Value {
        fn trace(&self, tracer: &mut Tracer<'_>) {
            tracer.seen.push(*self);
        }
    }
    impl<T: Trace + Copy> Trace for Field<T> {
        fn trace(&self, tracer: &mut Tracer<'_>) {
            self.get().trace(tracer);
        }
    }
    impl<T> Trace for Cell<T> {
        fn trace(&self, _: &mut Tracer<'_>) {}
    }
    impl Trace for i64 {
        fn trace(&self, _: &mut Tracer<'_>) {}
    }
}

pub mod slots {
    use super::*;

    #[derive(Clone, Copy, PartialEq, Debug)]
    pub enum CompareOp {
        Eq,
        Ne,
    }
    pub type BinaryFn = fn(&mut Vm, Value, Value) -> PyResult<Value>;
    pub type NewFn = fn(&mut Vm, Gc<Type>, &[Value], Value) -> PyResult<Value>;
    pub type InitFn = fn(&mut Vm, Value, &[Value], Value) -> PyResult<()>;
    #[derive(Clone, Copy, Default)]
    pub struct Slots {
        pub repr: Option<fn(&mut Vm, Value) -> PyResult<Value>>,
        pub hash: Option<fn(&mut Vm, Value) -> PyResult<i64>>,
        pub len: Option<fn(&mut Vm, Value) -> PyResult<usize>>,
        pub bool: Option<fn(&mut Vm, Value) -> PyResult<bool>>,
        pub next: Option<fn(&mut Vm, Value) -> PyResult<Option<Value>>>,
        pub getitem: Option<BinaryFn>,
        pub setitem: Option<fn(&mut Vm, Value, Value, Option<Value>) -> PyResult<()>>,
        pub repeat: Option<fn(&mut Vm, Value, isize) -> PyResult<Value>>,
        pub getattr: Option<fn(&mut Vm, Value, Gc<Str>) -> PyResult<Value>>,
        pub compare: Option<fn(&mut Vm, Value, Value, CompareOp) -> PyResult<Value>>,
        pub add: Option<BinaryFn>,
        pub mod_: Option<BinaryFn>,
        pub new: Option<NewFn>,
        pub init: Option<InitFn>,
        pub call: Option<InitCall>,
    }
    pub type InitCall = fn(&mut Vm, Value, &[Value], Value) -> PyResult<Value>;
}

pub mod types {
    use super::*;

    #[repr(C)]
    pub struct Type {
        pub header: Header,
        pub name: &'static str,
        pub bases: Vec<Gc<Type>>,
        pub slots: slots::Slots,
        pub layout: &'static layout::Layout,
    }
    unsafe impl Object for Type {
        const LAYOUT: &'static layout::Layout = &TYPE_LAYOUT;
        fn def() -> &'static TypeDef {
            ready(&TYPE);
            &TYPE
        }
    }
    static TYPE_LAYOUT: layout::Layout = layout::Layout {
        name: "Type",
        base: None,
        size: size_of::<Type>(),
        full_size: None,
        trace: |_, _| {},
        drop: None,
    };
    static TYPE: TypeDef = plain("type", &TYPE_LAYOUT);

    /// A type without methods.
    pub const fn plain(name: &'static str, layout: &'static layout::Layout) -> TypeDef {
        TypeDef {
            name,
            doc: "",
            signature: "",
            base: None,
            layout,
            flags: crate::def::TypeFlags::NONE,
            slots: |_| {},
            methods: &[],
            getset: &[],
            consts: &[],
            made: crate::def::Made::new(),
        }
    }

    impl Type {
        pub fn slots(&self) -> &slots::Slots {
            &self.slots
        }
        pub fn is_subtype(&self, other: Gc<Type>) -> bool {
            std::ptr::eq(self, other.as_ptr()) || self.bases.iter().any(|b| b.is_subtype(other))
        }
        pub fn display_name(&self) -> &'static str {
            self.name
        }
    }

    /// Makes the type object of `def`, and of its bases.
    pub fn ready(def: &'static TypeDef) -> Gc<Type> {
        static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let _guard = ONE_AT_A_TIME.lock();
        ready_alone(def)
    }

    fn ready_alone(def: &'static TypeDef) -> Gc<Type> {
        if let Some(made) = def.try_object() {
            return made;
        }
        let bases: Vec<Gc<Type>> = def.base.map(ready_alone).into_iter().collect();
        let mut slots = bases.first().map(|b| b.slots).unwrap_or_default();
        (def.slots)(&mut slots);
        let made = class(def.name, bases, slots, def.layout);
        def.made.set(1, made);
        made
    }

    /// A class.
    pub fn class(
        name: &'static str,
        bases: Vec<Gc<Type>>,
        slots: slots::Slots,
        layout: &'static layout::Layout,
    ) -> Gc<Type> {
        let header = Header { class: 0 };
        unsafe {
            Gc::from_ptr(Box::into_raw(Box::new(Type { header, name, bases, slots, layout })))
        }
    }

    pub fn class_of(v: Value) -> Gc<Type> {
        match v {
            Value::Int(_) => ready(&INT),
            Value::Heap(p) => match unsafe { (*(p as *const Header)).class } {
                0 => ready(&TYPE),
                class => unsafe { Gc::from_ptr(class as *mut Type) },
            },
            _ => ready(&NONE),
        }
    }
    static INT: TypeDef = plain("int", &TYPE_LAYOUT);
    static NONE: TypeDef = plain("NoneType", &TYPE_LAYOUT);

    pub fn class_name(v: Value) -> &'static str {
        class_of(v).name
    }
    pub fn is_instance(v: Value, cls: Gc<Type>) -> bool {
        class_of(v).is_subtype(cls)
    }
}

pub mod object {
    use super::*;
    static LAYOUT: layout::Layout = layout::Layout {
        name: "Object",
        base: None,
        size: 8,
        full_size: None,
        trace: |_, _| {},
        drop: None,
    };
    static DEF: TypeDef = types::plain("object", &LAYOUT);
    pub const OBJECT: &TypeDef = &DEF;
}

macro_rules! holder {
    ($module:ident, $name:ident, $python:literal, $data:ty) => {
        pub mod $module {
            use super::*;
            #[repr(C)]
            pub struct $name {
                pub header: Header,
                pub data: $data,
            }
            static LAYOUT: layout::Layout = layout::Layout {
                name: $python,
                base: None,
                size: size_of::<$name>(),
                full_size: None,
                trace: |_, _| {},
                drop: None,
            };
            static DEF: TypeDef = types::plain($python, &LAYOUT);
            unsafe impl Object for $name {
                const LAYOUT: &'static layout::Layout = &LAYOUT;
                fn def() -> &'static TypeDef {
                    types::ready(&DEF);
                    &DEF
                }
            }
            pub fn make(data: $data) -> Value {
                let header = Header { class: types::ready(&DEF).as_ptr() as usize };
                Value::Heap(Box::into_raw(Box::new($name { header, data })) as usize)
            }
        }
    };
}
holder!(str, Str, "str", String);
holder!(tuple, Tuple, "tuple", Vec<Value>);
impl Str {
    pub fn text(&self) -> &String {
        &self.data
    }
}
impl tuple::Tuple {
    pub fn items(&self) -> &[Value] {
        &self.data
    }
}

pub mod convert {
    use super::*;

    #[derive(Clone, Copy)]
    pub struct ArgCx {
        pub func: &'static str,
        pub name: &'static str,
        pub index: usize,
    }
    pub trait FromArg: Sized {
        fn from_arg(vm: &mut Vm, value: Value, cx: ArgCx) -> PyResult<Self>;
        fn quick(_: Value) -> Option<Self> {
            None
        }
    }
    impl FromArg for i64 {
        fn from_arg(vm: &mut Vm, value: Value, cx: ArgCx) -> PyResult<i64> {
            match value {
                Value::Int(i) => Ok(i),
                _ => {
                    let ArgCx { func, name, index } = cx;
                    Err(vm
                        .type_error(format_args!("{func}() argument '{name}' {index} must be int")))
                }
            }
        }
    }
    impl FromArg for bool {
        fn from_arg(_: &mut Vm, value: Value, _: ArgCx) -> PyResult<bool> {
            Ok(value == Value::TRUE)
        }
    }
    pub trait IntoPy {
        fn into_py(self, vm: &mut Vm) -> PyResult<Value>;
    }
    impl IntoPy for i64 {
        fn into_py(self, _: &mut Vm) -> PyResult<Value> {
            Ok(Value::Int(self))
        }
    }
    impl IntoPy for bool {
        fn into_py(self, _: &mut Vm) -> PyResult<Value> {
            Ok(Value::Bool(self))
        }
    }
    impl IntoPy for &'static str {
        fn into_py(self, _: &mut Vm) -> PyResult<Value> {
            Ok(crate::str::make(self.into()))
        }
    }
    impl<T> IntoPy for Gc<T> {
        fn into_py(self, _: &mut Vm) -> PyResult<Value> {
            Ok(self.into())
        }
    }
}
