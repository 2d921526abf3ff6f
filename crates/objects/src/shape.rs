//! Shapes: class and layout of an object in one number.
//!
//! Every heap object's header names its shape. A shape knows the class, the Rust layout and which attribute lives in
//! which slot; adding an attribute moves the object along a transition to the next shape. Shapes live in one static
//! table, so that an id is an index at a constant address.
//!
//! Slots below [`Shape::inline_cap`] lie in the object itself, at [`INLINE_SLOTS`]; further ones in the object's
//! `Attrs` (see `attrs.rs`). Attribute names of shapes are interned and immortal; the number of transitions is bounded
//! (an object with too many different attributes gets a real dictionary), so they can't fill memory.

use crate::layout::Layout;
use crate::str::Str;
use crate::types::Type;
use heap::{Gc, Header, Tracer};
use std::cell::UnsafeCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// Offset of the first inline attribute slot of an instance of a Python class that derives from `object` alone; the
/// attribute word lies before it.
pub const INLINE_SLOTS: usize = 16;
/// How many shapes there can be in a process.
pub const MAX_SHAPES: usize = 1 << 20;
/// Transitions from one class, all levels together, after which its instances get dictionaries.
const MAX_TRANSITIONS: u32 = 1024;
/// Attributes after which an instance gets a dictionary.
pub const MAX_SLOTS: u32 = 128;
/// Chains up to this length are searched link by link.
const LINEAR: u32 = 8;

/// Fixed shape ids of the core types' exact instances.
pub mod core {
    macro_rules! ids {
        ($($name:ident = $id:literal),* $(,)?) => {
            $(
                #[doc = concat!("Shape of ", stringify!($name))]
                pub const $name: u32 = $id;
            )*
            /// The first id that isn't fixed.
            pub const FIRST_FREE: u32 = 64;
        };
    }
    ids! {
        OBJECT = 1, TYPE = 2, INT = 3, BOOL = 4, FLOAT = 5, COMPLEX = 6, STR = 7, BYTES = 8, BYTEARRAY = 9, LIST = 10,
        TUPLE = 11, DICT = 12, SET = 13, FROZENSET = 14, RANGE = 15, SLICE = 16, NONE = 17, ELLIPSIS = 18,
        NOT_IMPLEMENTED = 19, FUNCTION = 20, NATIVE_FUNCTION = 21, METHOD = 22, METHOD_DESCRIPTOR = 23,
        CLASS_METHOD_DESCRIPTOR = 24, WRAPPER_DESCRIPTOR = 25, METHOD_WRAPPER = 26, GETSET_DESCRIPTOR = 27,
        MEMBER_DESCRIPTOR = 28, PROPERTY = 29, CLASSMETHOD = 30, STATICMETHOD = 31, SUPER = 32, CELL = 33, CODE = 34,
        MODULE = 35, GENERATOR = 36, COROUTINE = 37, ASYNC_GENERATOR = 38, FRAME = 39, TRACEBACK = 40,
        LIST_ITERATOR = 41, TUPLE_ITERATOR = 42, RANGE_ITERATOR = 43, STR_ITERATOR = 44, DICT_KEY_ITERATOR = 45,
        DICT_VALUE_ITERATOR = 46, DICT_ITEM_ITERATOR = 47, SET_ITERATOR = 48, ENUMERATE = 49, ZIP = 50,
        // Not Python objects: parts of others.
        VALUES = 56, BUFFER = 57, ATTRS = 58, DICT_TABLE = 59, SET_TABLE = 60,
    }
}

/// Properties of a shape.
pub mod flag {
    /// Objects may gain attributes by a transition.
    pub const EXTENSIBLE: u32 = 1;
    /// Attributes are in a real dictionary, not in slots.
    pub const DICT_MODE: u32 = 2;
    /// There is an attribute word.
    pub const HAS_ATTRS: u32 = 4;
    /// The attribute word lies behind the object's variable part.
    pub const ATTRS_BEHIND: u32 = 8;
    /// The class must be marked with the object (it isn't immortal).
    pub const TRACE_TYPE: u32 = 16;
}

/// Which class, which layout, which attributes.
#[repr(C)]
pub struct Shape {
    /// Traces an object of this shape.
    pub trace: unsafe fn(*mut Header, &mut Tracer),
    ty: *mut Type,
    layout: *const Layout,
    /// Properties, see [`flag`].
    pub flags: u32,
    /// Attribute slots in use, `__slots__` included.
    pub nslots: u32,
    /// How many slots lie in the object.
    pub inline_cap: u32,
    /// Slots of `__slots__`, which come first and aren't in `__dict__`.
    pub hidden: u32,
    /// The shape without the last attribute; 0 for a root.
    pub parent: u32,
    /// The class's root shape.
    pub root: u32,
    /// The last attribute's name, null for a root.
    name: *mut Str,
    more: UnsafeCell<Option<Box<More>>>,
}

#[derive(Default)]
struct More {
    transitions: Vec<(usize, u32)>,
    index: Option<HashMap<usize, u32, rustc_hash::FxBuildHasher>>,
    /// Of roots: the shape for instances with a real dictionary.
    dict_mode: u32,
    /// Of roots: transitions made so far below it.
    made: u32,
}

struct Table(UnsafeCell<[std::mem::MaybeUninit<Shape>; MAX_SHAPES]>);
// SAFETY: the table is changed by the thread that holds the lock only; entries are complete before their id is known.
unsafe impl Sync for Table {}

static TABLE: Table =
    Table(UnsafeCell::new([const { std::mem::MaybeUninit::uninit() }; MAX_SHAPES]));
static NEXT: AtomicU32 = AtomicU32::new(core::FIRST_FREE);

/// The shape with the id of a live object.
#[inline(always)]
pub fn shape(id: u32) -> &'static Shape {
    debug_assert!((id as usize) < MAX_SHAPES && id != 0);
    // SAFETY: ids come from headers of objects, whose shapes are complete and never move. Fields that change after
    // that are cells.
    unsafe { (*TABLE.0.get().cast::<Shape>().add(id as usize)).as_static() }
}

impl Shape {
    unsafe fn as_static(&self) -> &'static Shape {
        // SAFETY: shapes live in a static table.
        unsafe { &*std::ptr::from_ref(self) }
    }

    /// The class.
    #[inline(always)]
    pub fn ty(&self) -> Gc<Type> {
        // SAFETY: a shape is in use only while its class lives.
        unsafe { Gc::from_ptr(self.ty) }
    }
    /// The layout.
    #[inline(always)]
    pub fn layout(&self) -> &'static Layout {
        // SAFETY: layouts are statics.
        unsafe { &*self.layout }
    }
    /// Whether instances derive from `object` alone: their attribute word and slots follow the header.
    pub fn is_plain(&self) -> bool {
        crate::attrs::is_plain(self.layout())
    }
    /// Whether all of `flags` (see [`flag`]) are set.
    #[inline(always)]
    pub fn has(&self, flags: u32) -> bool {
        self.flags & flags == flags
    }
    /// The last attribute's name.
    pub fn name(&self) -> Option<Gc<Str>> {
        // SAFETY: names of shapes are immortal.
        if self.name.is_null() { None } else { Some(unsafe { Gc::from_ptr(self.name) }) }
    }
    #[allow(clippy::mut_from_ref)]
    fn more(&self) -> &mut More {
        // SAFETY: only the holder of the lock gets here, and no reference outlives a call of this module.
        unsafe { (*self.more.get()).get_or_insert_default() }
    }

    /// The slot of attribute `name` (an interned string).
    pub fn find(&self, name: Gc<Str>) -> Option<u32> {
        let wanted = name.as_ptr();
        if self.nslots <= LINEAR {
            let mut at = self;
            loop {
                if at.name == wanted {
                    return Some(at.nslots - 1);
                }
                if at.parent == 0 {
                    return None;
                }
                at = shape(at.parent);
            }
        }
        let more = self.more();
        let index = more.index.get_or_insert_with(|| {
            let mut index = HashMap::default();
            let mut at = self;
            while !at.name.is_null() {
                index.insert(at.name as usize, at.nslots - 1);
                at = shape(at.parent);
            }
            index
        });
        index.get(&(wanted as usize)).copied()
    }

    /// Names of the attributes in `__dict__`, in order.
    pub fn names(&self) -> Vec<Gc<Str>> {
        let mut names = Vec::new();
        let mut at = self;
        while let Some(name) = at.name() {
            names.push(name);
            at = shape(at.parent);
        }
        names.reverse();
        names
    }

    /// The name that slot `slot` belongs to.
    pub fn slot_name(&self, slot: u32) -> Option<Gc<Str>> {
        let mut at = self;
        while at.nslots > slot + 1 {
            at = shape(at.parent);
        }
        at.name()
    }
}

/// Id of the shape that comes after `from` when the attribute `name` (interned, immortal) is added; `None` when the
/// object should get a dictionary instead.
pub fn transition(from: u32, name: Gc<Str>) -> Option<u32> {
    let shape_from = shape(from);
    let key = name.as_ptr() as usize;
    if let Some(&(_, to)) = shape_from.more().transitions.iter().find(|t| t.0 == key) {
        return Some(to);
    }
    let root = shape(shape_from.root);
    if !shape_from.has(flag::EXTENSIBLE)
        || shape_from.nslots >= MAX_SLOTS
        || root.more().made >= MAX_TRANSITIONS
    {
        return None;
    }
    let id = add(Shape {
        nslots: shape_from.nslots + 1,
        parent: from,
        name: name.as_ptr(),
        more: UnsafeCell::new(None),
        ..*shape_from
    })?;
    root.more().made += 1;
    shape_from.more().transitions.push((key, id));
    Some(id)
}

/// The shape of instances of `root`'s class whose attributes are in a real dictionary.
pub fn dict_mode(root: u32) -> Option<u32> {
    let shape_root = shape(root);
    let known = shape_root.more().dict_mode;
    if known != 0 {
        return Some(known);
    }
    let id = add(Shape {
        flags: (shape_root.flags | flag::DICT_MODE) & !flag::EXTENSIBLE,
        more: UnsafeCell::new(None),
        ..*shape_root
    })?;
    shape_root.more().dict_mode = id;
    Some(id)
}

fn add(shape: Shape) -> Option<u32> {
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    if id as usize >= MAX_SHAPES {
        NEXT.store(MAX_SHAPES as u32, Ordering::Relaxed);
        return None;
    }
    put(id, shape);
    Some(id)
}

fn put(id: u32, shape: Shape) {
    // SAFETY: the id is new, so nobody reads the entry yet.
    unsafe { TABLE.0.get().cast::<Shape>().add(id as usize).write(shape) }
}

/// What a new root shape is made of.
pub struct Root {
    /// The class.
    pub ty: Gc<Type>,
    /// Its instances' layout.
    pub layout: &'static Layout,
    /// Traces an instance, attributes included.
    pub trace: unsafe fn(*mut Header, &mut Tracer),
    /// See [`flag`].
    pub flags: u32,
    /// Slots in the object.
    pub inline_cap: u32,
    /// Slots of `__slots__`.
    pub hidden: u32,
}

/// Makes a root shape, with the fixed id `id` or (0) a new one. `None` when there are too many.
pub fn new_root(id: u32, root: Root) -> Option<u32> {
    let build = |id| Shape {
        trace: root.trace,
        ty: root.ty.as_ptr(),
        layout: root.layout,
        flags: root.flags,
        nslots: root.hidden,
        inline_cap: root.inline_cap,
        hidden: root.hidden,
        parent: 0,
        root: id,
        name: std::ptr::null_mut(),
        more: UnsafeCell::new(None),
    };
    if id != 0 {
        put(id, build(id));
        return Some(id);
    }
    let id = add(build(0))?;
    put(id, build(id));
    Some(id)
}

/// Makes the shape `id` of an internal part that has no class (arrays and tables).
pub fn new_internal(id: u32, layout: &'static Layout) {
    put(
        id,
        Shape {
            trace: layout.trace,
            ty: std::ptr::null_mut(),
            layout,
            flags: 0,
            nslots: 0,
            inline_cap: 0,
            hidden: 0,
            parent: 0,
            root: id,
            name: std::ptr::null_mut(),
            more: UnsafeCell::new(None),
        },
    );
}
