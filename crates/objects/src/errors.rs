//! Raising: the functions of [`Vm`] that make exceptions pending, and questions about the pending one.

use crate::def::TypeDef;
use crate::exceptions::{self, AttributeError, BaseException, ImportError, NameError};
use crate::list::List;
use crate::str::Str;
use crate::types::{Type, is_instance};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use std::fmt::Arguments;

macro_rules! raisers {
    ($($name:ident => $def:ident;)*) => {
        impl Vm {
            $(
                #[doc = concat!("Raises the exception `", stringify!($def), "` with a message.")]
                #[cold]
                #[inline(never)]
                pub fn $name(&mut self, message: Arguments<'_>) -> Raised {
                    self.raise(&exceptions::$def, message)
                }
            )*
        }
    };
}
raisers! {
    type_error => TYPE_ERROR;
    value_error => VALUE_ERROR;
    index_error => INDEX_ERROR;
    overflow_error => OVERFLOW_ERROR;
    zero_division_error => ZERO_DIVISION_ERROR;
    runtime_error => RUNTIME_ERROR;
    recursion_error => RECURSION_ERROR;
    not_implemented_error => NOT_IMPLEMENTED_ERROR;
    system_error => SYSTEM_ERROR;
    lookup_error => LOOKUP_ERROR;
    buffer_error => BUFFER_ERROR;
    assertion_error => ASSERTION_ERROR;
    eof_error => EOF_ERROR;
}

impl Vm {
    /// Raises an exception of class `def` with a message.
    #[cold]
    #[inline(never)]
    pub fn raise(&mut self, def: &'static TypeDef, message: Arguments<'_>) -> Raised {
        match Str::from_fmt(self, message) {
            Ok(text) => self.raise_with(def, &[text.into()]),
            Err(r) => r,
        }
    }

    /// Raises an exception of class `def` with the arguments `args`.
    #[cold]
    #[inline(never)]
    pub fn raise_with(&mut self, def: &'static TypeDef, args: &[Value]) -> Raised {
        match exceptions::make(self, def, args) {
            Ok(e) => self.raise_value(e),
            Err(r) => r,
        }
    }

    /// Raises the exception object `exception`: its context becomes the exception being handled.
    #[cold]
    #[inline(never)]
    pub fn raise_value(&mut self, exception: Value) -> Raised {
        let handled = self.handled;
        if !handled.is_none() && handled != exception {
            exceptions::break_context_cycle(self, handled, exception);
            if let Some(e) = exception.cast::<BaseException>() {
                e.context.set(e, self.heap(), handled);
            }
        }
        self.raised = exception;
        Raised
    }

    /// Raises MemoryError, if need be the one made in advance.
    #[cold]
    #[inline(never)]
    pub fn memory_error(&mut self) -> Raised {
        let made = if self.rt().memory_error.is_undef() {
            None
        } else {
            exceptions::make_memory_error(self)
        };
        let exception = match made {
            Some(e) => e,
            None => self.rt().memory_error,
        };
        self.raise_value(exception)
    }

    /// AttributeError with its `obj` and `name`.
    #[cold]
    #[inline(never)]
    pub fn attribute_error(&mut self, obj: Value, name: Gc<Str>, message: Arguments<'_>) -> Raised {
        let r = self.raise(&exceptions::ATTRIBUTE_ERROR, message);
        if let Some(e) = self.raised.exact::<AttributeError>() {
            e.obj.set(e, self.heap(), obj);
            e.name.set(e, self.heap(), name.into());
        }
        r
    }

    /// NameError with its `name`.
    #[cold]
    #[inline(never)]
    pub fn name_error(&mut self, name: Gc<Str>, message: Arguments<'_>) -> Raised {
        let r = self.raise(&exceptions::NAME_ERROR, message);
        if let Some(e) = self.raised.exact::<NameError>() {
            e.name.set(e, self.heap(), name.into());
        }
        r
    }

    /// ImportError with its `name` and `path` (None for unknown).
    #[cold]
    #[inline(never)]
    pub fn import_error(&mut self, name: Value, path: Value, message: Arguments<'_>) -> Raised {
        let r = self.raise(&exceptions::IMPORT_ERROR, message);
        if let Some(e) = self.raised.exact::<ImportError>() {
            e.name.set(e, self.heap(), name);
            e.path.set(e, self.heap(), path);
        }
        r
    }

    /// KeyError about `key`.
    #[cold]
    #[inline(never)]
    pub fn key_error(&mut self, key: Value) -> Raised {
        self.raise_with(&exceptions::KEY_ERROR, &[key])
    }

    /// StopIteration with a value, UNDEF for none.
    #[cold]
    #[inline(never)]
    pub fn stop_iteration(&mut self, value: Value) -> Raised {
        match value.defined() {
            Some(v) => self.raise_with(&exceptions::STOP_ITERATION, &[v]),
            None => self.raise_with(&exceptions::STOP_ITERATION, &[]),
        }
    }

    /// OSError (or the subclass that `errno` means) with the system's text for it.
    #[cold]
    pub fn os_error(&mut self, error: &std::io::Error, filename: Option<Value>) -> Raised {
        match exceptions::os::from_io(self, error, filename) {
            Ok(e) => self.raise_value(e),
            Err(r) => r,
        }
    }

    /// Whether the pending exception is an instance of `def`'s class.
    pub fn raised_matches(&self, def: &'static TypeDef) -> bool {
        match def.try_object() {
            Some(class) if !self.raised.is_undef() => is_instance(self.raised, class),
            _ => false,
        }
    }

    /// The pending exception is forgotten.
    #[inline]
    pub fn clear_raised(&mut self) {
        self.raised = Value::UNDEF;
    }

    /// Adds a note to the pending exception.
    pub fn add_note(&mut self, note: Arguments<'_>) -> PyResult<()> {
        let exception = self.take_raised();
        let added = match Str::from_fmt(self, note) {
            Ok(text) => exceptions::add_note(self, exception, text.into()),
            Err(r) => Err(r),
        };
        // An error while the note is added must not hide the exception.
        self.raised = exception;
        added.or(Ok(()))
    }

    /// Raises `exception` with the pending one as its cause and context.
    pub fn raise_from_pending(&mut self, def: &'static TypeDef, message: Arguments<'_>) -> Raised {
        let cause = self.take_raised();
        let r = self.raise(def, message);
        if let Some(e) = self.raised.cast::<BaseException>() {
            e.context.set(e, self.heap(), cause);
            e.cause.set(e, self.heap(), cause);
            e.suppress_context.set(true);
        }
        r
    }

    /// Issues a warning of category `category`.
    pub fn warn(
        &mut self,
        category: &'static TypeDef,
        message: Arguments<'_>,
        stack_level: i32,
    ) -> PyResult<()> {
        let text = Str::from_fmt(self, message)?;
        (self.hooks.warn)(self, category, text, stack_level)
    }

    /// The function or type `name` of the module `builtins`.
    pub fn builtin(&mut self, name: &str) -> PyResult<Value> {
        let name = self.intern(name)?;
        let builtins = self.rt().builtins;
        self.getattr_or_item(builtins, name)
    }

    /// The entry `name` of a namespace: a dict, or an object with attributes.
    pub fn getattr_or_item(&mut self, namespace: Value, name: Gc<Str>) -> PyResult<Value> {
        let Some(dict) = namespace.cast::<crate::dict::Dict>() else {
            if namespace.is_none() {
                return Err(self.runtime_error(format_args!("lost builtins.{}", name.text())));
            }
            return self.getattr(namespace, name);
        };
        match dict.get_str(name) {
            Some(v) => Ok(v),
            None => Err(self.key_error(name.into())),
        }
    }

    /// The constant `NotImplemented`.
    #[inline(always)]
    pub fn not_implemented(&self) -> Value {
        crate::singletons::not_implemented()
    }

    /// A list of values.
    pub fn list_of(&mut self, items: &[Value]) -> PyResult<Gc<List>> {
        List::from_slice(self, items)
    }

    /// The classes' `isinstance(v, cls)` where `cls` is a class, a tuple of such, or anything with `__instancecheck__`.
    pub fn is_instance(&mut self, v: Value, cls: Value) -> PyResult<bool> {
        crate::types::check::is_instance(self, v, cls)
    }

    /// `issubclass(cls, of)`
    pub fn is_subclass(&mut self, cls: Value, of: Value) -> PyResult<bool> {
        crate::types::check::is_subclass(self, cls, of)
    }

    /// The class of a definition.
    pub fn class(&self, def: &'static TypeDef) -> Gc<Type> {
        def.object()
    }
}
