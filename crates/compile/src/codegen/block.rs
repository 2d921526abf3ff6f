//! Frame blocks: the loops, handlers and `with` statements around the current position, and how `return`, `break` and
//! `continue` leave them.

use code::Op;
use syntax::ast::{Body, Ident};

use super::Codegen;
use crate::error::Result;
use crate::ir::{Label, Location};

/// The greatest number of nested blocks in one unit.
const MAX_BLOCKS: usize = 21;

/// What kind of block it is, and what leaving it needs.
#[derive(Clone, Copy)]
pub(super) enum BlockType<'a> {
    WhileLoop,
    ForLoop,
    AsyncForLoop,
    TryExcept,
    /// The body of a `try` with this `finally` block.
    FinallyTry(Body<'a>),
    FinallyEnd,
    With,
    AsyncWith,
    /// The body of an `except` clause that binds this name.
    HandlerCleanup(Option<Ident<'a>>),
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
    StopIteration,
}

impl BlockType<'_> {
    const fn is_loop(self) -> bool {
        matches!(self, BlockType::WhileLoop | BlockType::ForLoop | BlockType::AsyncForLoop)
    }
}

/// A block.
#[derive(Clone, Copy)]
pub(super) struct FrameBlock<'a> {
    pub(super) kind: BlockType<'a>,
    pub(super) loc: Location,
    /// For a loop, where `continue` and `break` go.
    pub(super) targets: Option<(Label, Label)>,
}

impl<'a> Codegen<'a> {
    /// Enters a loop.
    pub(super) fn push_loop(
        &mut self,
        kind: BlockType<'a>,
        start: Label,
        end: Label,
        loc: Location,
    ) -> Result<()> {
        self.push(FrameBlock { kind, loc, targets: Some((start, end)) })
    }

    /// Enters another block.
    pub(super) fn push_block(&mut self, kind: BlockType<'a>, loc: Location) -> Result<()> {
        self.push(FrameBlock { kind, loc, targets: None })
    }

    fn push(&mut self, block: FrameBlock<'a>) -> Result<()> {
        if self.unit.blocks.len() >= MAX_BLOCKS {
            return self.error(block.loc, "too many statically nested blocks");
        }
        // The code of a `finally` block is generated twice.
        if matches!(block.kind, BlockType::FinallyEnd) {
            self.warnings_off += 1;
        }
        self.unit.blocks.push(block);
        Ok(())
    }

    /// Leaves the innermost block.
    pub(super) fn pop_block(&mut self) -> Option<FrameBlock<'a>> {
        let block = self.unit.blocks.pop()?;
        if matches!(block.kind, BlockType::FinallyEnd) {
            self.warnings_off -= 1;
        }
        Some(block)
    }

    /// Appends what leaving one block needs. With `preserve_tos` the value on top of the stack survives. `loc` becomes
    /// artificial where the code that runs on the way out should appear to run after the statement.
    pub(super) fn unwind_block(
        &mut self,
        loc: &mut Location,
        block: FrameBlock<'a>,
        preserve_tos: bool,
    ) -> Result<()> {
        match block.kind {
            BlockType::WhileLoop
            | BlockType::ExceptionHandler
            | BlockType::ExceptionGroupHandler
            | BlockType::AsyncComprehensionGenerator
            | BlockType::StopIteration => {}
            BlockType::ForLoop | BlockType::AsyncForLoop | BlockType::PopValue => {
                if preserve_tos {
                    self.op_arg(Op::Swap, 2, *loc);
                }
                self.op(Op::PopTop, *loc);
            }
            BlockType::TryExcept => self.op(Op::PopBlock, *loc),
            BlockType::FinallyTry(body) => {
                self.op(Op::PopBlock, *loc);
                if preserve_tos {
                    self.push_block(BlockType::PopValue, *loc)?;
                }
                self.stmts(body)?;
                if preserve_tos {
                    self.pop_block();
                }
                *loc = Location::NONE;
            }
            BlockType::FinallyEnd => {
                if preserve_tos {
                    self.op_arg(Op::Swap, 2, *loc);
                }
                self.op(Op::PopTop, *loc);
                if preserve_tos {
                    self.op_arg(Op::Swap, 2, *loc);
                }
                self.op(Op::PopBlock, *loc);
                self.op(Op::PopExcept, *loc);
            }
            BlockType::With | BlockType::AsyncWith => {
                *loc = block.loc;
                self.op(Op::PopBlock, *loc);
                if preserve_tos {
                    self.op_arg(Op::Swap, 3, *loc);
                    self.op_arg(Op::Swap, 2, *loc);
                }
                self.call_exit_with_nones(*loc);
                if matches!(block.kind, BlockType::AsyncWith) {
                    self.op_arg(Op::GetAwaitable, 2, *loc);
                    self.load_none(*loc);
                    self.yield_from(true, *loc);
                }
                self.op(Op::PopTop, *loc);
                *loc = Location::NONE;
            }
            BlockType::HandlerCleanup(name) => {
                if name.is_some() {
                    self.op(Op::PopBlock, *loc);
                }
                if preserve_tos {
                    self.op_arg(Op::Swap, 2, *loc);
                }
                self.op(Op::PopBlock, *loc);
                self.op(Op::PopExcept, *loc);
                if let Some(name) = name {
                    self.unbind(name, *loc);
                }
            }
        }
        Ok(())
    }

    /// Leaves all blocks, or with `to_loop` those inside the innermost loop, which is returned.
    ///
    /// The blocks are taken off while their exit code is generated, since that code runs outside of them, and put back.
    pub(super) fn unwind_blocks(
        &mut self,
        loc: &mut Location,
        preserve_tos: bool,
        to_loop: bool,
    ) -> Result<Option<FrameBlock<'a>>> {
        let mut left = Vec::new();
        let mut found = None;
        while let Some(&top) = self.unit.blocks.last() {
            if matches!(top.kind, BlockType::ExceptionGroupHandler) {
                return self.error(
                    *loc,
                    "'break', 'continue' and 'return' cannot appear in an except* block",
                );
            }
            if to_loop && top.kind.is_loop() {
                found = Some(top);
                break;
            }
            self.pop_block();
            left.push(top);
            self.unwind_block(loc, top, preserve_tos)?;
        }
        for block in left.into_iter().rev() {
            self.push(block)?;
        }
        Ok(found)
    }
}
