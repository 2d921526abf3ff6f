//! `_ast`: syntax trees as Python objects.
//!
//! [`nodes`] is the table of node classes; [`classes`] makes types of it. [`write`] turns a tree of the parser into objects,
//! [`read`] turns objects into a tree that the compiler takes. What a tree has to be beyond that is checked by
//! `syntax::validate`. `compile()` brings these together; [`raise`] makes exceptions of what goes wrong.

mod base;
mod classes;
mod nodes;
mod raise;
mod read;
mod write;

pub use base::Ast;
pub use raise::{raise, warn};
pub use read::{is_node, read};
pub use write::write;

use macros::pymodule;

/// The module.
#[pymodule(name = "_ast", doc = "")]
pub mod module {
    use super::classes::classes;
    use super::nodes::{self, GROUPS};
    use objects::layout::Object;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    const PyCF_ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    #[attr]
    const PyCF_ONLY_AST: i64 = 0x400;
    #[attr]
    const PyCF_TYPE_COMMENTS: i64 = 0x1000;
    #[attr]
    const PyCF_OPTIMIZED_AST: i64 = 0x8400;

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        let all = classes(vm)?;
        let root = super::Ast::def().object();
        let name = vm.intern("AST")?;
        vm.setattr(module, name, root.into())?;
        for (at, group) in GROUPS.iter().enumerate() {
            let name = vm.intern(group.name)?;
            vm.setattr(module, name, all.base_at(at))?;
        }
        for (at, node) in nodes::all().iter().enumerate() {
            let name = vm.intern(node.name)?;
            vm.setattr(module, name, all.class_at(at))?;
        }
        Ok(())
    }
}
