//! The ops' handlers and their table.
//!
//! One handler for every row of the op table, found by its name: a row without a body does not compile.

pub mod arith;
pub mod attr;
pub mod basic;
pub mod build;
pub mod call;
pub mod compare;
pub mod event;
pub mod exc;
pub mod iter;
pub mod probe;

use arith::*;
use attr::*;
use basic::*;
use build::*;
use call::*;
use compare::*;
use event::*;
use exc::*;
use iter::*;

macro_rules! table {
    ($($(#[doc = $doc:literal])+ $op:ident($($field:ident: $role:ident),* $(| $($word:ident: $word_role:ident),+)?) [$($effect:ident)*];)*) => {
        /// Handlers by number of the op.
        #[cfg(feature = "tail-calls")]
        pub static TABLE: [crate::machine::Handler; regcode::Op::COUNT] = [$($op),*];

        /// Runs the op at `pc`; it leaves the next position in the thread's state.
        #[cfg(not(feature = "tail-calls"))]
        #[inline(always)]
        pub unsafe fn step(pc: crate::machine::Pc, regs: crate::machine::Regs, vm: *mut objects::vm::Vm, w: u64) {
            // SAFETY: `pc` is at a verified op, whose number is one of the table's.
            unsafe {
                match std::mem::transmute::<u16, regcode::Op>(regcode::Word(w).number()) {
                    $(regcode::Op::$op => $op(pc, regs, vm, w),)*
                }
            }
        }
    };
}
regcode::for_each_op!(table);
