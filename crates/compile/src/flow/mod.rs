//! The control-flow graph of a code unit and its passes, in CPython 3.14's order, so that the result is the same
//! instruction by instruction.
//!
//! [`Graph::build`] splits an instruction sequence into basic blocks, [`Graph::optimize`] improves it, and
//! [`Graph::lower`] makes it ready to be laid out: pseudo-operations are gone and the order of blocks is final.
//! Blocks are linked in layout order through `next`, from the entry block on; block numbers never change.
//!
//! A block's instructions are a range of one vector. The range keeps slots that were given up when instructions were
//! removed: an instruction appended later takes over such a slot and with it the old one's handler. CPython's blocks
//! behave so, and the exception table shows it.

mod borrow;
mod cells;
mod cleanup;
mod cold;
mod depth;
mod eval;
mod fold;
mod handlers;
mod lines;
mod locals;
mod peephole;
mod swaps;
#[cfg(test)]
mod tests;

use code::{Const, Op};

use crate::assemble::AssembleError;
use crate::ir::{ConstTable, InstrSeq, Location, UnitInfo};

pub(crate) type BlockId = u32;

/// No block: the end of the list, no target, no handler.
pub(crate) const NONE: BlockId = u32::MAX;

/// An instruction in the graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub op: Op,
    pub arg: u32,
    pub loc: Location,
    /// Where a jump or a region opener goes.
    pub target: BlockId,
    /// The handler in force here.
    pub except: BlockId,
}

impl Node {
    pub fn new(op: Op, arg: u32, loc: Location) -> Node {
        Node { op, arg, loc, target: NONE, except: NONE }
    }

    pub fn set(&mut self, op: Op, arg: u32) {
        self.op = op;
        self.arg = arg;
    }

    pub fn nop_out(&mut self) {
        self.set(Op::Nop, 0);
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    start: u32,
    len: u32,
    /// Slots of the range, used ones included; see the module's text.
    slots: u32,
    pub next: BlockId,
    /// Whether some jump named this block when the graph was built.
    pub labelled: bool,
    pub preserve_lasti: bool,
    pub visited: bool,
    pub except_handler: bool,
    pub cold: bool,
    pub warm: bool,
    pub predecessors: i32,
    /// Stack depth at the start; negative while unknown.
    pub start_depth: i32,
    /// Locals that may be unbound at the start.
    pub unsafe_locals: u64,
}

impl Block {
    fn at(start: u32) -> Block {
        Block {
            start,
            len: 0,
            slots: 0,
            next: NONE,
            labelled: false,
            preserve_lasti: false,
            visited: false,
            except_handler: false,
            cold: false,
            warm: false,
            predecessors: 0,
            start_depth: i32::MIN,
            unsafe_locals: 0,
        }
    }
}

/// The graph. Block 0 is the entry.
#[derive(Debug)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    blocks: Vec<Block>,
    /// Scratch for traversals.
    stack: Vec<BlockId>,
}

pub(crate) const ENTRY: BlockId = 0;

impl Graph {
    /// Splits the sequence into basic blocks and resolves labels to blocks.
    pub fn build(seq: &InstrSeq) -> Result<Graph, AssembleError> {
        const BAD_LABEL: AssembleError =
            AssembleError::Malformed("jump to a label that is not placed");
        let instrs = seq.instrs();
        // For every instruction the block it starts, if a jump goes there.
        let mut block_at = vec![NONE; instrs.len() + 1];
        const TARGETED: BlockId = NONE - 1;
        for instr in instrs.iter().filter(|instr| instr.op.has_target()) {
            let at = seq.position_of(instr.arg).filter(|at| *at < instrs.len()).ok_or(BAD_LABEL)?;
            block_at[at] = TARGETED;
        }
        let mut graph = Graph {
            nodes: Vec::with_capacity(instrs.len() + 8),
            blocks: Vec::with_capacity(instrs.len() / 4 + 2),
            stack: Vec::new(),
        };
        graph.blocks.push(Block::at(0));
        for (i, instr) in instrs.iter().enumerate() {
            if instr.op == Op::AnnotationsPlaceholder {
                for extra in seq.annotations().map_or(&[][..], InstrSeq::instrs) {
                    if extra.op.has_target() {
                        return Err(AssembleError::Malformed("jump in the annotations' code"));
                    }
                    graph.append_building(Node::new(extra.op, extra.arg, extra.loc), false);
                }
                continue;
            }
            let targeted = block_at[i] == TARGETED;
            graph.append_building(Node::new(instr.op, instr.arg, instr.loc), targeted);
            if targeted {
                block_at[i] = graph.blocks.len() as BlockId - 1;
            }
        }
        for node in graph.nodes.iter_mut().filter(|node| node.op.has_target()) {
            let at = seq.position_of(node.arg).ok_or(BAD_LABEL)?;
            node.target = block_at[at];
            if node.target >= TARGETED {
                return Err(BAD_LABEL);
            }
        }
        Ok(graph)
    }

    /// Appends to the last block, or starts another if that one has ended or a label stands here.
    fn append_building(&mut self, node: Node, targeted: bool) {
        let last = self.blocks.len() - 1;
        let block = self.blocks[last];
        let ended = block.len > 0 && is_terminator(self.nodes[self.nodes.len() - 1].op);
        if ended || (targeted && (block.len > 0 || block.labelled)) {
            self.blocks[last].next = last as BlockId + 1;
            self.blocks.push(Block::at(self.nodes.len() as u32));
        }
        self.nodes.push(node);
        if let Some(block) = self.blocks.last_mut() {
            block.labelled |= targeted;
            block.len += 1;
            block.slots += 1;
        }
    }

    /// Everything that makes the code better, on the abstract graph.
    pub fn optimize(&mut self, info: &mut UnitInfo) -> Result<(), AssembleError> {
        self.mark_except_handlers();
        self.label_exception_targets()?;
        self.optimize_graph(&mut info.consts)?;
        self.remove_unused_consts(&mut info.consts);
        self.check_uninitialized_locals(info.varnames.len(), info.parameter_count() as usize);
        self.insert_superinstructions();
        self.push_cold_blocks_to_end()?;
        self.resolve_line_numbers();
        Ok(())
    }

    fn optimize_graph(&mut self, consts: &mut ConstTable) -> Result<(), AssembleError> {
        self.check()?;
        self.inline_small_or_no_lineno_blocks();
        self.remove_unreachable();
        self.resolve_line_numbers();
        self.optimize_load_const(consts)?;
        let mut b = ENTRY;
        while b != NONE {
            self.optimize_block(b, consts)?;
            b = self.next(b);
        }
        self.remove_redundant_nops_and_pairs();
        self.remove_unreachable();
        self.remove_redundant_nops_and_jumps()
    }

    /// Turns the graph into real operations in final order. Returns the stack size and the number of fast locals.
    pub fn lower(&mut self, info: &UnitInfo) -> Result<(u32, usize), AssembleError> {
        self.convert_pseudo_conditional_jumps();
        let stacksize = self.calculate_stack_depth()?;
        let nlocalsplus = self.prepare_localsplus(info)?;
        self.convert_pseudo_ops()?;
        self.normalize_jumps();
        self.borrow_locals()?;
        Ok((stacksize, nlocalsplus))
    }

    /// Fails if a jump or an exit is not the last instruction of its block.
    fn check(&self) -> Result<(), AssembleError> {
        let mut b = ENTRY;
        while b != NONE {
            if let Some((_, body)) = self.code(b).split_last()
                && body.iter().any(|node| is_terminator(node.op))
            {
                return Err(AssembleError::Malformed("malformed control flow graph."));
            }
            b = self.next(b);
        }
        Ok(())
    }

    fn remove_unused_consts(&mut self, consts: &mut ConstTable) {
        if consts.is_empty() {
            return;
        }
        // The first constant may be the docstring and always stays.
        let mut used = vec![false; consts.len()];
        used[0] = true;
        self.each_const(|arg| {
            if let Some(flag) = used.get_mut(*arg as usize) {
                *flag = true;
            }
        });
        if used.iter().all(|flag| *flag) {
            return;
        }
        let mut renumbered = Vec::with_capacity(used.len());
        let mut next = 0;
        for flag in &used {
            renumbered.push(next);
            next += u32::from(*flag);
        }
        self.each_const(|arg| {
            if let Some(new) = renumbered.get(*arg as usize) {
                *arg = *new;
            }
        });
        let kept: Vec<Const> = std::mem::take(consts)
            .into_items()
            .into_iter()
            .zip(&used)
            .filter(|(_, used)| **used)
            .map(|(c, _)| c)
            .collect();
        *consts = ConstTable::from_items(kept);
    }

    /// Visits the argument of every `LOAD_CONST` in the layout.
    fn each_const(&mut self, mut visit: impl FnMut(&mut u32)) {
        let mut b = ENTRY;
        while b != NONE {
            for node in self.code_mut(b) {
                if node.op == Op::LoadConst {
                    visit(&mut node.arg);
                }
            }
            b = self.next(b);
        }
    }
}

/// Blocks and instructions.
impl Graph {
    pub fn block(&self, b: BlockId) -> &Block {
        &self.blocks[b as usize]
    }

    fn block_mut(&mut self, b: BlockId) -> &mut Block {
        &mut self.blocks[b as usize]
    }

    pub fn next(&self, b: BlockId) -> BlockId {
        self.blocks[b as usize].next
    }

    pub fn len(&self, b: BlockId) -> usize {
        self.blocks[b as usize].len as usize
    }

    pub fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// The block's instructions.
    pub fn code(&self, b: BlockId) -> &[Node] {
        let Block { start, len, .. } = self.blocks[b as usize];
        &self.nodes[start as usize..(start + len) as usize]
    }

    fn code_mut(&mut self, b: BlockId) -> &mut [Node] {
        let Block { start, len, .. } = self.blocks[b as usize];
        &mut self.nodes[start as usize..(start + len) as usize]
    }

    fn node_mut(&mut self, b: BlockId, i: usize) -> &mut Node {
        let Block { start, len, .. } = self.blocks[b as usize];
        debug_assert!(i < len as usize);
        &mut self.nodes[start as usize + i]
    }

    fn last(&self, b: BlockId) -> Option<&Node> {
        self.code(b).last()
    }

    fn last_mut(&mut self, b: BlockId) -> Option<&mut Node> {
        self.code_mut(b).last_mut()
    }

    fn op_at(&self, b: BlockId, i: usize) -> Option<Op> {
        self.code(b).get(i).map(|node| node.op)
    }

    fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::at(self.nodes.len() as u32));
        self.blocks.len() as BlockId - 1
    }

    /// One more instruction at the block's end, in a slot given up earlier if there is one.
    fn grow(&mut self, b: BlockId) -> &mut Node {
        let Block { start, len, slots, .. } = self.blocks[b as usize];
        if len == slots {
            if (start + slots) as usize != self.nodes.len() {
                self.blocks[b as usize].start = self.nodes.len() as u32;
                self.nodes.extend_from_within(start as usize..(start + slots) as usize);
            }
            self.nodes.push(Node::new(Op::Nop, 0, Location::NONE));
            self.blocks[b as usize].slots += 1;
        }
        let block = &mut self.blocks[b as usize];
        block.len += 1;
        let at = block.start + len;
        &mut self.nodes[at as usize]
    }

    /// Appends an instruction, which keeps the handler of the slot it gets; see the module's text.
    fn append(&mut self, b: BlockId, op: Op, arg: u32, target: BlockId, loc: Location) {
        let slot = self.grow(b);
        *slot = Node { op, arg, loc, target, except: slot.except };
    }

    /// Appends copies of another block's instructions.
    fn append_block(&mut self, to: BlockId, from: BlockId) {
        for i in 0..self.len(from) {
            let node = self.code(from)[i];
            *self.grow(to) = node;
        }
    }

    fn insert(&mut self, b: BlockId, at: usize, node: Node) {
        self.grow(b);
        let code = self.code_mut(b);
        let last = code.len() - 1;
        code.copy_within(at..last, at + 1);
        code[at] = node;
    }

    fn truncate(&mut self, b: BlockId, len: usize) {
        self.blocks[b as usize].len = len as u32;
    }

    fn next_nonempty(&self, mut b: BlockId) -> BlockId {
        while b != NONE && self.len(b) == 0 {
            b = self.next(b);
        }
        b
    }

    fn falls_through(&self, b: BlockId) -> bool {
        !self.last(b).is_some_and(|node| node.op.is_scope_exit() || node.op.is_unconditional_jump())
    }

    fn exits_scope(&self, b: BlockId) -> bool {
        self.last(b).is_some_and(|node| node.op.is_scope_exit())
    }

    fn has_no_lineno(&self, b: BlockId) -> bool {
        !self.code(b).iter().any(|node| node.loc.has_line())
    }

    /// Marks all blocks unvisited and hands out the scratch stack; give it back with [`Graph::end_traversal`].
    fn begin_traversal(&mut self) -> Vec<BlockId> {
        for block in &mut self.blocks {
            block.visited = false;
        }
        let mut stack = std::mem::take(&mut self.stack);
        stack.clear();
        stack
    }

    fn end_traversal(&mut self, stack: Vec<BlockId>) {
        self.stack = stack;
    }

    /// Puts an unvisited block on the stack and marks it visited.
    fn visit(&mut self, b: BlockId, stack: &mut Vec<BlockId>) {
        let block = self.block_mut(b);
        if !block.visited {
            block.visited = true;
            stack.push(b);
        }
    }
}

/// Whether the operation must end its block.
fn is_terminator(op: Op) -> bool {
    op.has_jump() || op.is_scope_exit()
}
