//! Questions about the heap between collections: which objects there are, where a pointer leads.

use std::ptr::NonNull;

use crate::block::Kind;
use crate::heap::Heap;
use crate::object::Header;

impl Heap {
    /// Calls `visit` with every object: those that survived the last collection and those handed out
    /// since, some of which may be garbage by now. Collections are inhibited meanwhile; objects
    /// allocated by `visit` may or may not be visited.
    pub fn heap_walk(&self, mut visit: impl FnMut(NonNull<Header>)) {
        let _guard = self.inhibit();
        self.flush_frontiers();
        let blocks = &self.blocks;
        let mut one = |cell: usize| {
            if blocks.object_of(cell) == Some(cell)
                && let Some(object) = NonNull::new(std::ptr::with_exposed_provenance_mut(cell))
            {
                visit(object);
            }
        };
        blocks.each_used(|block, info| match info.kind.get() {
            Kind::Small => blocks.each_cell(block, &mut one),
            _ => one(blocks.address(block)),
        });
    }

    /// Whether the address is the start of an object of this heap.
    pub fn is_managed(&self, address: usize) -> bool {
        self.object_at(address).is_some_and(|object| object.as_ptr() as usize == address)
    }

    /// The object an address points into.
    pub fn object_at(&self, address: usize) -> Option<NonNull<Header>> {
        self.flush_frontiers();
        let start = self.blocks.object_of(address)?;
        NonNull::new(std::ptr::with_exposed_provenance_mut(start))
    }

    /// Bytes of the cell of an object, at least what was asked for.
    ///
    /// # Safety
    /// `object` is an object of this heap.
    pub unsafe fn cell_bytes(&self, object: NonNull<Header>) -> usize {
        self.blocks.cell_bytes(object.as_ptr() as usize)
    }

    /// Whether the object survived a collection already. Objects outside the heap count as old.
    pub fn is_old(&self, object: NonNull<Header>) -> bool {
        let address = object.as_ptr() as usize;
        self.blocks.block_of(address).is_none() || self.blocks.is_marked(address)
    }
}
