//! The machine that matches tokens against the grammar, with backtracking, memory and no recursion.
//!
//! It is a parsing machine in the style of LPeg's: a stack of calls, a stack of choices. Tokens are fetched
//! from the lexer only when an instruction looks at them, because the last token fetched is what a generic
//! syntax error points at. Values are [`Node`]s, kept in a vector and named by their index.
//!
//! Invariant: the choices above a frame's mark belong to that frame, so a rule that fails has none left.

use bumpalo::Bump;

use super::notation::{Grammar, NodeKind, Op};
use crate::error::{SyntaxError, Warning};
use crate::lexer::{Lexer, Stop};
use crate::parser::{ImpliedNewline, Reached};
use crate::token::{Kind, Token};
use crate::{Mode, Options};

/// Nesting of rules at which CPython's parser gives up.
const MAX_LEVEL: usize = 6000;

/// A value, by its index; [`NONE`] is the absent one.
pub(super) type NodeId = u32;
pub(super) const NONE: NodeId = 0;

/// What a piece of the source is, as far as errors care.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// Index of its first token and of the token after its last one.
    pub(super) first: usize,
    pub(super) end: usize,
    /// Where its children are in `Machine::kids`.
    kids: (usize, usize),
}

/// The reason for which matching was given up: an error to raise.
pub(super) type Raised = Box<SyntaxError>;

struct Frame {
    rule: usize,
    return_to: usize,
    start: usize,
    slots: usize,
    choices: usize,
    elements: usize,
    errors_on: bool,
}

struct Choice {
    to: usize,
    pos: usize,
    elements: usize,
}

#[derive(Clone, Copy)]
struct Memo {
    rule: usize,
    /// The place after the match and its value; `None` for a failure.
    result: Option<(usize, NodeId)>,
}

/// How an instruction ended.
enum Step {
    Next,
    Fail,
    /// The whole match has ended, well or not.
    Done(bool),
}

/// The state of a match.
pub(super) struct Machine<'s> {
    grammar: &'static Grammar,
    pub(super) source: &'s str,
    pub(super) options: &'s Options,
    pub(super) lexer: Lexer<'s>,
    implied: ImpliedNewline,
    /// For the values of literals, which nobody keeps.
    pub(super) scratch: Bump,
    pub(super) tokens: Vec<Token>,
    /// For each token how many parentheses are open after it.
    pub(super) levels: Vec<usize>,
    memo: Vec<Vec<Memo>>,
    nodes: Vec<Node>,
    kids: Vec<NodeId>,
    pub(super) pos: usize,
    value: NodeId,
    ip: usize,
    frames: Vec<Frame>,
    choices: Vec<Choice>,
    slots: Vec<NodeId>,
    elements: Vec<NodeId>,
    /// Whether the `invalid_…` rules are on.
    pub(super) errors_on: bool,
    pub(super) barry: bool,
    pub(super) warnings: Vec<Warning>,
}

impl<'s> Machine<'s> {
    pub(super) fn new(
        grammar: &'static Grammar,
        source: &'s str,
        mode: Mode,
        options: &'s Options,
        reached: &Reached,
    ) -> Machine<'s> {
        let absent = Node { kind: NodeKind::None, first: 0, end: 0, kids: (0, 0) };
        Machine {
            grammar,
            source,
            options,
            lexer: Lexer::resume(source, options.type_comments, reached.offset, reached.lines),
            implied: ImpliedNewline::new(mode, options),
            scratch: Bump::new(),
            tokens: Vec::new(),
            levels: Vec::new(),
            memo: Vec::new(),
            nodes: vec![absent],
            kids: Vec::new(),
            pos: 0,
            value: NONE,
            ip: 0,
            frames: Vec::new(),
            choices: Vec::new(),
            slots: Vec::new(),
            elements: Vec::new(),
            errors_on: false,
            barry: reached.barry,
            warnings: Vec::new(),
        }
    }

    /// Matches the tokens from the first one on against a rule.
    pub(super) fn run(&mut self, rule: usize, errors_on: bool) -> Result<bool, Raised> {
        self.errors_on = errors_on;
        self.pos = 0;
        self.memo.clear();
        self.frames.clear();
        self.choices.clear();
        self.slots.clear();
        self.elements.clear();
        self.forget();
        if !self.call(rule, usize::MAX)? {
            return Ok(false);
        }
        let grammar = self.grammar;
        loop {
            let Some(op) = grammar.code.get(self.ip) else { return Ok(false) };
            self.ip += 1;
            match self.step(op)? {
                Step::Next => {}
                Step::Done(matched) => return Ok(matched),
                Step::Fail => {
                    if !self.fail() {
                        return Ok(false);
                    }
                }
            }
        }
    }

    fn step(&mut self, op: &Op) -> Result<Step, Raised> {
        match *op {
            Op::Token(kind) => return self.token_op(kind),
            Op::Soft(text) => {
                let token = self.current()?;
                if token.kind != Kind::Name || token.text(self.source) != text {
                    return Ok(Step::Fail);
                }
                self.take(token.kind);
            }
            Op::AnySoft => {
                let token = self.current()?;
                let soft = matches!(token.text(self.source), "_" | "case" | "match" | "type");
                if token.kind != Kind::Name || !soft {
                    return Ok(Step::Fail);
                }
                self.take(token.kind);
            }
            Op::Forced(kind, text) => {
                let token = self.current()?;
                if token.kind != kind {
                    return Err(self.error_at_token(self.pos, &format!("expected '{text}'")));
                }
                self.take(kind);
            }
            Op::Call(rule) => {
                if !self.call(rule, self.ip)? {
                    return Ok(Step::Fail);
                }
            }
            Op::Choice(to) => {
                self.choices.push(Choice { to, pos: self.pos, elements: self.elements.len() });
            }
            Op::Commit(to) => {
                self.choices.pop();
                self.ip = to;
            }
            Op::Again(to) => {
                let (pos, elements) = (self.pos, self.elements.len());
                if let Some(choice) = self.choices.last_mut() {
                    choice.pos = pos;
                    choice.elements = elements;
                }
                self.ip = to;
            }
            Op::Back(to) => {
                if let Some(choice) = self.choices.pop() {
                    self.pos = choice.pos;
                    self.elements.truncate(choice.elements);
                }
                self.ip = to;
            }
            Op::FailTwice => {
                self.choices.pop();
                return Ok(Step::Fail);
            }
            Op::Fail => return Ok(Step::Fail),
            Op::Cut => {
                let mark = self.frames.last().map_or(0, |frame| frame.choices);
                self.choices.truncate(mark);
            }
            Op::UnlessErrors(to) => {
                if !self.errors_on {
                    self.ip = to;
                }
            }
            Op::Store(slot) => self.store(slot, self.value),
            Op::Absent => self.value = NONE,
            Op::Push => self.elements.push(self.value),
            Op::BeginList(slot) => self.store(slot, self.elements.len() as NodeId),
            Op::EndList { slot, nonempty } => return Ok(self.end_list(slot, nonempty)),
            Op::Return(slot) => return Ok(self.finish(self.load(slot))),
            Op::ReturnNode(kind, ref slots) => {
                let kids: Vec<NodeId> = slots.iter().map(|&slot| self.load(slot)).collect();
                let node = self.node_here(kind, &kids);
                return Ok(self.finish(node));
            }
            Op::ReturnCall(function, ref slots) => {
                let values: Vec<NodeId> = slots.iter().map(|&slot| self.load(slot)).collect();
                let value = self.compute(function, &values)?;
                return Ok(self.finish(value));
            }
            Op::Raise(index) => return self.raise(index),
            Op::Forget => self.forget(),
            Op::NotEqual => return self.check_not_equal(),
            Op::Since(version, what) if self.options.feature_version < version => {
                return Err(self.error_here(&newer(what, version)));
            }
            Op::Since(..) => {}
        }
        Ok(Step::Next)
    }

    fn token_op(&mut self, kind: Kind) -> Result<Step, Raised> {
        let token = self.current()?;
        if token.kind != kind {
            return Ok(Step::Fail);
        }
        if kind == Kind::Number {
            self.check_number(&token)?;
        }
        self.take(kind);
        Ok(Step::Next)
    }

    /// An alternative with an error has matched. If the error does not apply after all, the rule fails
    /// without trying the alternatives that follow.
    fn raise(&mut self, index: usize) -> Result<Step, Raised> {
        let grammar = self.grammar;
        let Some(action) = grammar.errors.get(index) else { return Ok(Step::Fail) };
        let values: Vec<(&str, NodeId)> =
            action.values.iter().map(|&(name, slot)| (name, self.load(slot))).collect();
        match self.error(action.form, &values, &action.message)? {
            Some(error) => Err(error),
            None => {
                let mark = self.frames.last().map_or(0, |frame| frame.choices);
                self.choices.truncate(mark);
                Ok(Step::Fail)
            }
        }
    }

    // Tokens.

    /// The current token, fetched if necessary. An error of the lexer is raised.
    pub(super) fn current(&mut self) -> Result<Token, Raised> {
        while self.pos >= self.tokens.len() {
            self.fetch()?;
        }
        self.tokens.get(self.pos).copied().ok_or_else(|| Box::new(SyntaxError::too_complex()))
    }

    fn fetch(&mut self) -> Result<(), Raised> {
        let token = self.lexer.next_token();
        let token = self.implied.adjust(token, &mut self.lexer);
        self.warnings.append(&mut self.lexer.warnings);
        if token.kind == Kind::TypeIgnore {
            return Ok(());
        }
        self.tokens.push(token);
        self.levels.push(self.lexer.depth());
        if token.kind == Kind::Error {
            return Err(self.lexer_error());
        }
        Ok(())
    }

    /// Takes the current token; its node becomes the value.
    fn take(&mut self, kind: Kind) {
        let node_kind = match kind {
            Kind::Name => NodeKind::Name,
            Kind::Number => NodeKind::Literal,
            _ => NodeKind::Token,
        };
        self.value = self.new_node(node_kind, self.pos, self.pos + 1, &[]);
        self.pos += 1;
    }

    // Calls.

    /// Calls a rule, or uses what is remembered of it; false if that is a failure.
    fn call(&mut self, rule: usize, return_to: usize) -> Result<bool, Raised> {
        let Some(code) = self.grammar.rules.get(rule) else { return Ok(false) };
        if code.memo
            && let Some(found) =
                self.memo.get(self.pos).and_then(|m| m.iter().find(|m| m.rule == rule))
        {
            return Ok(match found.result {
                Some((end, value)) => {
                    self.pos = end;
                    self.value = value;
                    true
                }
                None => false,
            });
        }
        if self.frames.len() >= MAX_LEVEL {
            return Err(Box::new(SyntaxError::too_complex()));
        }
        self.frames.push(Frame {
            rule,
            return_to,
            start: self.pos,
            slots: self.slots.len(),
            choices: self.choices.len(),
            elements: self.elements.len(),
            errors_on: self.errors_on,
        });
        self.slots.resize(self.slots.len() + code.slots, NONE);
        self.ip = code.start;
        if code.no_errors {
            self.errors_on = false;
        }
        Ok(true)
    }

    /// Returns from a rule with a value.
    fn finish(&mut self, value: NodeId) -> Step {
        let Some(frame) = self.frames.pop() else { return Step::Done(true) };
        self.remember(frame.rule, frame.start, Some((self.pos, value)));
        self.unwind(&frame);
        self.value = value;
        self.ip = frame.return_to;
        if self.frames.is_empty() { Step::Done(true) } else { Step::Next }
    }

    /// Goes to the last choice; rules that have none left fail. False if the first rule fails.
    fn fail(&mut self) -> bool {
        while let Some(frame) = self.frames.last() {
            if self.choices.len() > frame.choices
                && let Some(choice) = self.choices.pop()
            {
                self.ip = choice.to;
                self.pos = choice.pos;
                self.elements.truncate(choice.elements);
                return true;
            }
            if let Some(frame) = self.frames.pop() {
                self.remember(frame.rule, frame.start, None);
                self.unwind(&frame);
            }
        }
        false
    }

    fn unwind(&mut self, frame: &Frame) {
        self.slots.truncate(frame.slots);
        self.choices.truncate(frame.choices);
        self.elements.truncate(frame.elements);
        self.errors_on = frame.errors_on;
    }

    fn remember(&mut self, rule: usize, start: usize, result: Option<(usize, NodeId)>) {
        if !self.grammar.rules.get(rule).is_some_and(|rule| rule.memo) {
            return;
        }
        if self.memo.len() <= start {
            self.memo.resize_with(start + 1, Vec::new);
        }
        if let Some(memo) = self.memo.get_mut(start) {
            memo.push(Memo { rule, result });
        }
    }

    /// Drops what is known of the past: between top-level statements nobody goes back.
    fn forget(&mut self) {
        self.memo.iter_mut().for_each(|memo| *memo = Vec::new());
        self.nodes.truncate(1);
        self.kids.clear();
        self.value = NONE;
        self.scratch.reset();
        // The loop over statements keeps their values, which are gone now.
        for element in &mut self.elements {
            *element = NONE;
        }
    }

    // Values.

    fn store(&mut self, slot: usize, value: NodeId) {
        let base = self.frames.last().map_or(0, |frame| frame.slots);
        if let Some(place) = self.slots.get_mut(base + slot) {
            *place = value;
        }
    }

    fn load(&self, slot: usize) -> NodeId {
        let base = self.frames.last().map_or(0, |frame| frame.slots);
        self.slots.get(base + slot).copied().unwrap_or(NONE)
    }

    fn end_list(&mut self, slot: usize, nonempty: bool) -> Step {
        let mark = self.load(slot) as usize;
        let elements = self.elements.get(mark..).unwrap_or_default().to_vec();
        if nonempty && elements.is_empty() {
            return Step::Fail;
        }
        self.elements.truncate(mark);
        let start = elements.first().map_or(self.pos, |&first| self.node(first).first);
        self.value = self.new_node(NodeKind::Seq, start, self.pos, &elements);
        Step::Next
    }

    /// A node from the start of the rule to here.
    pub(super) fn node_here(&mut self, kind: NodeKind, kids: &[NodeId]) -> NodeId {
        let start = self.frames.last().map_or(0, |frame| frame.start);
        self.new_node(kind, start, self.pos, kids)
    }

    /// A new node. Children that are sequences are replaced by their elements, absent ones dropped.
    fn new_node(&mut self, kind: NodeKind, first: usize, end: usize, kids: &[NodeId]) -> NodeId {
        let start = self.kids.len();
        for &kid in kids {
            let node = self.node(kid);
            match node.kind {
                NodeKind::None => {}
                // Conditions of a comprehension stay apart from its iterable by their order.
                NodeKind::Seq => self.kids.extend_from_within(node.kids.0..node.kids.1),
                _ => self.kids.push(kid),
            }
        }
        self.nodes.push(Node { kind, first, end, kids: (start, self.kids.len()) });
        (self.nodes.len() - 1) as NodeId
    }

    pub(super) fn node(&self, id: NodeId) -> Node {
        let absent = Node { kind: NodeKind::None, first: 0, end: 0, kids: (0, 0) };
        self.nodes.get(id as usize).copied().unwrap_or(absent)
    }

    pub(super) fn kids(&self, id: NodeId) -> &[NodeId] {
        let (from, to) = self.node(id).kids;
        self.kids.get(from..to).unwrap_or_default()
    }

    /// The text of the node's first token.
    pub(super) fn text(&self, id: NodeId) -> &'s str {
        self.tokens.get(self.node(id).first).map_or("", |token| token.text(self.source))
    }

    fn check_not_equal(&mut self) -> Result<Step, Raised> {
        let text = self.text(self.value);
        if self.barry && text != "<>" {
            return Err(self.error_here("with Barry as BDFL, use '<>' instead of '!='"));
        }
        Ok(if !self.barry && text != "!=" { Step::Fail } else { Step::Next })
    }

    /// Whether the lexer could still go on.
    pub(super) fn lexer_is_fine(&self) -> bool {
        matches!(self.lexer.stop(), Stop::No)
    }
}

/// The text for a feature that the grammar asked for lacks.
pub(super) fn newer(what: &str, version: u8) -> String {
    format!("{what} only supported in Python 3.{version} and greater")
}
