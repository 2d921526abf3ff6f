//! Appending instructions, labels, constants and names to the current unit.

use code::{Const, Op, Str};
use syntax::ast::{Constant, Ident};

use super::{Codegen, Place, const_of};
use crate::error::Result;
use crate::ir::{Label, Location, NameTable};
use crate::symtable::Sym;

impl<'a> Codegen<'a> {
    /// Appends an instruction without an argument.
    #[inline]
    pub(super) fn op(&mut self, op: Op, loc: Location) {
        self.unit.seq.add(op, 0, loc);
    }

    /// Appends an instruction with an argument.
    #[inline]
    pub(super) fn op_arg(&mut self, op: Op, arg: u32, loc: Location) {
        self.unit.seq.add(op, arg, loc);
    }

    /// Appends an instruction whose argument counts items.
    pub(super) fn op_count(&mut self, op: Op, count: usize, loc: Location) {
        self.unit.seq.add(op, u32::try_from(count).unwrap_or(i32::MAX as u32), loc);
    }

    /// Appends a jump or the opening of a handler region.
    #[inline]
    pub(super) fn jump(&mut self, op: Op, target: Label, loc: Location) {
        self.unit.seq.add_jump(op, target, loc);
    }

    pub(super) fn new_label(&mut self) -> Label {
        self.unit.seq.new_label()
    }

    pub(super) fn place(&mut self, label: Label) {
        self.unit.seq.use_label(label);
    }

    /// Appends `LOAD_CONST`.
    pub(super) fn load_const(&mut self, value: Const, loc: Location) {
        let index = self.unit.info.consts.add(value);
        self.op_arg(Op::LoadConst, index, loc);
    }

    pub(super) fn load_none(&mut self, loc: Location) {
        self.load_const(Const::None, loc);
    }

    pub(super) fn load_int(&mut self, value: i64, loc: Location) {
        self.load_const(Const::Int(value), loc);
    }

    /// Loads a constant of the tree.
    pub(super) fn load_constant(&mut self, value: &Constant<'a>, loc: Location) {
        let value = self.constant(value);
        self.load_const(value, loc);
    }

    /// A constant of the tree; strings are shared.
    pub(super) fn constant(&mut self, value: &Constant<'a>) -> Const {
        match value {
            Constant::Str(text) => Const::Str(self.text(text.as_bytes())),
            other => const_of(other),
        }
    }

    /// The shared form of a string constant.
    pub(super) fn text(&mut self, bytes: &'a [u8]) -> Str {
        self.shared_texts.entry(bytes).or_insert_with(|| Str::from_generalized_utf8(bytes)).clone()
    }

    /// The constant that a name is.
    pub(super) fn name_const(&mut self, name: Sym) -> Const {
        Const::Str(self.shared_name(name))
    }

    /// Loads a name as a string.
    pub(super) fn load_name_const(&mut self, name: Sym, loc: Location) {
        let value = self.name_const(name);
        self.load_const(value, loc);
    }

    /// The symbol of an identifier of the tree.
    #[inline]
    pub(super) fn sym(&mut self, name: Ident<'a>) -> Sym {
        self.table.names.intern(name)
    }

    /// A name as it stands in code objects.
    pub(super) fn shared_name(&mut self, name: Sym) -> Str {
        if let Some(Some(text)) = self.shared_names.get(name.index()) {
            return text.clone();
        }
        if self.shared_names.len() <= name.index() {
            self.shared_names.resize(name.index() + 1, None);
        }
        let text = Str::from(self.table.names.text(name));
        self.shared_names[name.index()] = Some(text.clone());
        text
    }

    /// The index of a name in `co_names`; the name is taken as it is.
    pub(super) fn name_index(&mut self, name: Sym) -> u32 {
        if let Some(place) = self.name_places.get(name.index())
            && place.unit == self.unit.number
        {
            return place.index;
        }
        let text = self.shared_name(name);
        let index = self.unit.info.names.add_str(&text);
        remember(&mut self.name_places, name, Place { unit: self.unit.number, index });
        index
    }

    /// The index of a name among the fast locals; the name is taken as it is.
    pub(super) fn varname_index(&mut self, name: Sym) -> u32 {
        if let Some(place) = self.varname_places.get(name.index())
            && place.unit == self.unit.number
        {
            return place.index;
        }
        let text = self.shared_name(name);
        let index = self.unit.info.varnames.add_str(&text);
        remember(&mut self.varname_places, name, Place { unit: self.unit.number, index });
        index
    }

    /// The index of a cell as operations on cells count.
    pub(super) fn cellvar_index(&mut self, name: Sym) -> u32 {
        let text = self.shared_name(name);
        self.unit.info.cellvars.add_str(&text)
    }

    /// The index of a free variable as operations on cells count.
    pub(super) fn freevar_index(&mut self, name: Sym) -> u32 {
        let text = self.shared_name(name);
        let info = &mut self.unit.info;
        info.cellvars.len() as u32 + info.freevars.add_str(&text)
    }

    /// Appends an instruction on an attribute or a module; private names are mangled.
    pub(super) fn op_name(&mut self, op: Op, name: Ident<'a>, loc: Location) {
        let index = self.mangled_name_index(name);
        self.op_arg(op, index, loc);
    }

    /// The index of the mangled name in `co_names`.
    pub(super) fn mangled_name_index(&mut self, name: Ident<'a>) -> u32 {
        let sym = self.sym(name);
        let sym = self.mangle(sym);
        self.name_index(sym)
    }

    /// Mangles a private name as the current unit says.
    pub(super) fn mangle(&mut self, name: Sym) -> Sym {
        self.table.maybe_mangle(self.unit.private, self.unit.scope, name)
    }

    /// Appends three `None` and the call of `__exit__` with them.
    pub(super) fn call_exit_with_nones(&mut self, loc: Location) {
        self.load_none(loc);
        self.load_none(loc);
        self.load_none(loc);
        self.op_arg(Op::Call, 3, loc);
    }

    /// Delegates to the iterator on the stack until it is exhausted: `yield from` and `await`.
    pub(super) fn yield_from(&mut self, is_await: bool, loc: Location) {
        let send = self.new_label();
        let fail = self.new_label();
        let exit = self.new_label();
        self.place(send);
        self.jump(Op::Send, exit, loc);
        // A virtual handler for the StopIteration that `close` or `throw` may raise at the yield.
        self.jump(Op::SetupFinally, fail, loc);
        self.op_arg(Op::YieldValue, 1, loc);
        self.op(Op::PopBlock, Location::NONE);
        let resume = if is_await {
            code::oparg::resume::AFTER_AWAIT
        } else {
            code::oparg::resume::AFTER_YIELD_FROM
        };
        self.op_arg(Op::Resume, resume, loc);
        self.jump(Op::JumpNoInterrupt, send, loc);
        self.place(fail);
        self.op(Op::CleanupThrow, loc);
        self.place(exit);
        self.op(Op::EndSend, loc);
    }

    /// Appends the yield of the value on the stack.
    pub(super) fn yield_value(&mut self, loc: Location) {
        let scope = self.scope();
        if scope.generator && scope.coroutine {
            self.op_arg(Op::CallIntrinsic1, code::oparg::Intrinsic1::AsyncGenWrap as u32, loc);
        }
        self.op_arg(Op::YieldValue, 0, loc);
        self.op_arg(Op::Resume, code::oparg::resume::AFTER_YIELD, loc);
    }

    /// Restores the exception state and raises again what was being handled.
    pub(super) fn pop_except_and_reraise(&mut self, loc: Location) {
        self.op_arg(Op::Copy, 3, loc);
        self.op(Op::PopExcept, loc);
        self.op_arg(Op::Reraise, 1, loc);
    }

    /// A table of names; for names that must already be in it.
    pub(super) fn require(table: &NameTable, name: &str) -> Result<u32> {
        table.get(name).ok_or_else(|| {
            crate::error::Error::system(format!("no variable '{name}' in the code unit"))
        })
    }
}

fn remember(places: &mut Vec<Place>, name: Sym, place: Place) {
    if places.len() <= name.index() {
        places.resize(name.index() + 1, Place { unit: u32::MAX, index: 0 });
    }
    places[name.index()] = place;
}
