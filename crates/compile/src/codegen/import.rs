//! Imports.

use code::oparg::Intrinsic1;
use code::{Const, Op};
use syntax::ast::{Alias, ExprContext, Ident};

use super::Codegen;
use crate::ir::Location;
use crate::symtable::Sym;

impl<'a> Codegen<'a> {
    pub(super) fn import(&mut self, loc: Location, names: &[&'a Alias<'a>]) {
        for alias in names {
            self.load_int(0, loc);
            self.load_none(loc);
            self.op_name(Op::ImportName, alias.name, loc);
            let (head, rest) =
                alias.name.split_once('.').map_or((alias.name, None), |(h, r)| (h, Some(r)));
            match (alias.asname, rest) {
                // `import a.b.c as d` binds the innermost module.
                (Some(asname), Some(rest)) => {
                    self.import_attributes(loc, rest);
                    self.variable(asname, ExprContext::Store, loc);
                    self.op(Op::PopTop, loc);
                }
                (Some(asname), None) => self.variable(asname, ExprContext::Store, loc),
                (None, _) => self.variable(head, ExprContext::Store, loc),
            }
        }
    }

    /// Goes down from the outermost module by the parts of a dotted name.
    fn import_attributes(&mut self, loc: Location, path: &'a str) {
        for (i, part) in path.split('.').enumerate() {
            if i > 0 {
                self.op_arg(Op::Swap, 2, loc);
                self.op(Op::PopTop, loc);
            }
            let part = self.sym(part);
            let index = self.name_index(part);
            self.op_arg(Op::ImportFrom, index, loc);
        }
    }

    pub(super) fn import_from(
        &mut self,
        loc: Location,
        module: Option<Ident<'a>>,
        names: &[&'a Alias<'a>],
        level: u32,
    ) {
        self.load_int(i64::from(level), loc);
        let mut items = Vec::with_capacity(names.len());
        for alias in names {
            let sym = self.sym(alias.name);
            items.push(self.name_const(sym));
        }
        self.load_const(Const::tuple(items), loc);
        let index = match module {
            Some(module) => self.mangled_name_index(module),
            None => self.name_index(Sym::EMPTY),
        };
        self.op_arg(Op::ImportName, index, loc);
        if names.first().is_some_and(|alias| alias.name.starts_with('*')) {
            self.op_arg(Op::CallIntrinsic1, Intrinsic1::ImportStar as u32, loc);
            self.op(Op::PopTop, Location::NONE);
            return;
        }
        for alias in names {
            self.op_name(Op::ImportFrom, alias.name, loc);
            self.variable(alias.asname.unwrap_or(alias.name), ExprContext::Store, loc);
        }
        self.op(Op::PopTop, loc);
    }
}
