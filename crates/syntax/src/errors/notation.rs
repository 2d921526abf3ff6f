//! The notation of the grammar, and its translation into the machine's instructions.
//!
//! A rule is `name: alternatives` or `name (flags):` with one alternative a line after `|`. Flags: `memo`
//! keeps results by position, `no_errors` switches the `invalid_…` rules off inside the rule. Items:
//!
//! ```text
//! 'if'  "match"  NAME          keyword or operator, soft keyword, token of that kind
//! rule  (a | b)  x=item        another rule, a group, an item whose value is named
//! a?  [a]  a*  a+  s.a+        optional, repeated, repeated with separators
//! &a  !a  ~  &&'x'             look ahead, commit to this alternative, or raise "expected 'x'"
//! @forget  @not_equal          drop all memory of the past; check which of `!=` and `<>` is in force
//! @since(8 "Such things are")  raise that they need version 3.8 if an older grammar is asked for
//! ```
//!
//! At the end may stand `-> x`, a value; `-> Kind(a b)`, a node; `-> function(a b)`, a value that is
//! computed, which may raise; or `!! form a b "message"`, an error (see actions.rs). An alternative without
//! any of these has the value of its only item that is no keyword or operator.
//!
//! The text is part of the program, so mistakes in it are bugs: they end in [`Broken`], which a test
//! excludes.

use std::collections::HashMap;

use super::actions::{Form, Function};
use crate::token::Kind;

/// What a value in the error pass is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub(super) enum NodeKind {
    /// No value.
    None,
    /// A token that is neither a name nor a number.
    Token,
    /// Anything that no error looks into.
    Other,
    /// A sequence.
    Seq,
    Name,
    Literal,
    BytesLiteral,
    True,
    False,
    Ellipsis,
    /// The constant `None`.
    NoneConstant,
    JoinedStr,
    TemplateStr,
    Attribute,
    Subscript,
    Starred,
    List,
    Tuple,
    Lambda,
    Call,
    Expression,
    GeneratorExp,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    Compare,
    /// A comparison's `in`, with its right side.
    In,
    IfExp,
    NamedExpr,
    /// A clause of a comprehension: iterable, conditions.
    Clause,
    /// Arguments of a call.
    Args,
    Keyword,
    DoubleStarKeyword,
    Param,
    Pattern,
    Statement,
    /// The text between the fields of an f-string.
    Middle,
}

impl NodeKind {
    fn from_name(name: &str) -> Option<NodeKind> {
        use NodeKind as N;
        Some(match name {
            "Seq" => N::Seq,
            "Name" => N::Name,
            "True" => N::True,
            "False" => N::False,
            "None" => N::NoneConstant,
            "Ellipsis" => N::Ellipsis,
            "TemplateStr" => N::TemplateStr,
            "Attribute" => N::Attribute,
            "Subscript" => N::Subscript,
            "Starred" => N::Starred,
            "List" => N::List,
            "Tuple" => N::Tuple,
            "Lambda" => N::Lambda,
            "Call" => N::Call,
            "Expression" => N::Expression,
            "GeneratorExp" => N::GeneratorExp,
            "Yield" => N::Yield,
            "Await" => N::Await,
            "ListComp" => N::ListComp,
            "SetComp" => N::SetComp,
            "DictComp" => N::DictComp,
            "Dict" => N::Dict,
            "Set" => N::Set,
            "Compare" => N::Compare,
            "In" => N::In,
            "IfExp" => N::IfExp,
            "NamedExpr" => N::NamedExpr,
            "Clause" => N::Clause,
            "Args" => N::Args,
            "Keyword" => N::Keyword,
            "DoubleStarKeyword" => N::DoubleStarKeyword,
            "Param" => N::Param,
            "Pattern" => N::Pattern,
            "Statement" => N::Statement,
            _ => return None,
        })
    }
}

/// An instruction of the machine. Targets are indices into [`Grammar::code`].
#[derive(Clone, Debug)]
pub(super) enum Op {
    /// Takes a token; its node becomes the value.
    Token(Kind),
    /// Takes a name with this text.
    Soft(&'static str),
    /// Takes any soft keyword.
    AnySoft,
    /// Takes a keyword or operator or raises that it was expected.
    Forced(Kind, &'static str),
    /// Calls a rule.
    Call(usize),
    /// On failure goes on at the target, where the machine is now.
    Choice(usize),
    /// Drops the last choice and jumps.
    Commit(usize),
    /// Makes the last choice start here and jumps.
    Again(usize),
    /// Drops the last choice, goes back to its place and jumps.
    Back(usize),
    /// Drops the last choice and fails.
    FailTwice,
    /// Fails.
    Fail,
    /// Drops all choices of the rule.
    Cut,
    /// Jumps unless `invalid_…` rules are on.
    UnlessErrors(usize),
    /// Names the value.
    Store(usize),
    /// Makes the value the absent one.
    Absent,
    /// Appends the value to the list that is being made.
    Push,
    /// Makes a sequence of the list; if `nonempty`, an empty one fails.
    EndList { slot: usize, nonempty: bool },
    /// Begins a list, remembering in the slot where.
    BeginList(usize),
    /// Returns a named value.
    Return(usize),
    /// Returns a node of this kind.
    ReturnNode(NodeKind, Vec<usize>),
    /// Returns what a function makes of named values.
    ReturnCall(Function, Vec<usize>),
    /// Raises an error, or fails if it does not apply.
    Raise(usize),
    /// Forgets memorised results and nodes.
    Forget,
    /// Fails if the last token is the wrong one of `!=` and `<>`.
    NotEqual,
    /// Raises if the grammar asked for is older than this minor version; the text says what is newer.
    Since(u8, &'static str),
}

/// A rule of the grammar.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Where its code starts.
    pub(super) start: usize,
    /// How many values it names.
    pub(super) slots: usize,
    pub(super) memo: bool,
    pub(super) no_errors: bool,
}

/// An error that an alternative raises.
#[derive(Clone, Debug)]
pub(super) struct ErrorAction {
    pub(super) form: Form,
    /// The values it refers to, by their names.
    pub(super) values: Vec<(&'static str, usize)>,
    /// The text, with `{name a}` and the like.
    pub(super) message: String,
}

/// The grammar as instructions.
#[derive(Debug, Default)]
pub(super) struct Grammar {
    pub(super) rules: Vec<Rule>,
    pub(super) code: Vec<Op>,
    pub(super) errors: Vec<ErrorAction>,
    names: HashMap<&'static str, usize>,
}

/// A mistake in the grammar's text.
#[derive(Debug)]
pub(super) struct Broken(pub(super) String);

type Parsed<T> = Result<T, Broken>;

impl Grammar {
    /// The rule of that name.
    pub(super) fn rule(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// Translates the text of a grammar.
    pub(super) fn parse(text: &'static str) -> Parsed<Grammar> {
        let mut reader = Reader { symbols: scan(text)?, at: 0 };
        let mut rules = Vec::new();
        while reader.at < reader.symbols.len() {
            rules.push(reader.rule()?);
        }
        let mut grammar = Grammar::default();
        for (index, rule) in rules.iter().enumerate() {
            if grammar.names.insert(rule.name, index).is_some() {
                return Err(Broken(format!("rule {} occurs twice", rule.name)));
            }
            grammar.rules.push(Rule {
                start: 0,
                slots: 0,
                memo: rule.memo,
                no_errors: rule.no_errors,
            });
        }
        for (index, rule) in rules.into_iter().enumerate() {
            Compiler { grammar: &mut grammar }.rule(index, rule.alternatives)?;
        }
        Ok(grammar)
    }
}

// Symbols of the notation.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbol {
    Word(&'static str),
    /// In single quotes.
    Quoted(&'static str),
    /// In double quotes.
    Text(&'static str),
    Punctuation(&'static str),
    /// The end of a line that a rule's header may begin after.
    RuleStart,
}

const PUNCTUATION: [&str; 20] = [
    "->", "!!", "&&", "|", "(", ")", "[", "]", "?", "*", "+", "&", "!", "~", "@", "=", ":", ".",
    ",", ";",
];

fn scan(text: &'static str) -> Parsed<Vec<Symbol>> {
    let mut symbols = Vec::new();
    for line in text.lines() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if !line.starts_with(' ') {
            symbols.push(Symbol::RuleStart);
        }
        let mut rest = line.trim_start();
        while !rest.is_empty() {
            let (symbol, len) = scan_one(rest)?;
            symbols.push(symbol);
            rest = rest.get(len..).unwrap_or_default().trim_start();
        }
    }
    Ok(symbols)
}

fn scan_one(rest: &'static str) -> Parsed<(Symbol, usize)> {
    let word = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    if word > 0 {
        return Ok((Symbol::Word(&rest[..word]), word));
    }
    for quote in ['\'', '"'] {
        let Some(body) = rest.strip_prefix(quote) else { continue };
        let mut escaped = false;
        let end = body.find(|c| {
            let closes = c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        let Some(end) = end else { return Err(Broken(format!("open quote: {rest}"))) };
        let body = &body[..end];
        let symbol = if quote == '"' { Symbol::Text(body) } else { Symbol::Quoted(body) };
        return Ok((symbol, end + 2));
    }
    PUNCTUATION
        .iter()
        .find(|p| rest.starts_with(**p))
        .map(|p| (Symbol::Punctuation(p), p.len()))
        .ok_or_else(|| Broken(format!("what is {rest}")))
}

// Rules as read.

struct RuleText {
    name: &'static str,
    memo: bool,
    no_errors: bool,
    alternatives: Vec<Alternative>,
}

struct Alternative {
    items: Vec<(Option<&'static str>, Item)>,
    action: Action,
}

enum Item {
    Token(Kind),
    Literal(Kind),
    Soft(&'static str),
    AnySoft,
    Rule(&'static str),
    Group(Vec<Alternative>),
    Optional(Box<Item>),
    Repeat(Box<Item>, bool),
    Gather(Box<Item>, Box<Item>),
    Ahead(Box<Item>),
    NotAhead(Box<Item>),
    Forced(Kind, &'static str),
    Cut,
    Forget,
    NotEqual,
    Since(u8, &'static str),
}

enum Action {
    Default,
    Value(&'static str),
    Node(NodeKind, Vec<&'static str>),
    Call(Function, Vec<&'static str>),
    Error(Form, Vec<&'static str>, String),
}

struct Reader {
    symbols: Vec<Symbol>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<Symbol> {
        self.symbols.get(self.at).copied()
    }

    fn next(&mut self) -> Parsed<Symbol> {
        let symbol = self.peek().ok_or_else(|| Broken("the grammar ends too early".into()))?;
        self.at += 1;
        Ok(symbol)
    }

    fn eat(&mut self, punctuation: &'static str) -> bool {
        let found = self.peek() == Some(Symbol::Punctuation(punctuation));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, punctuation: &'static str) -> Parsed<()> {
        if self.eat(punctuation) {
            return Ok(());
        }
        Err(Broken(format!("{punctuation} expected, not {:?} ({})", self.peek(), self.at)))
    }

    fn word(&mut self) -> Parsed<&'static str> {
        match self.next()? {
            Symbol::Word(word) => Ok(word),
            other => Err(Broken(format!("a word expected, not {other:?}"))),
        }
    }

    fn rule(&mut self) -> Parsed<RuleText> {
        if self.next()? != Symbol::RuleStart {
            return Err(Broken(format!("a rule expected at symbol {}", self.at)));
        }
        let name = self.word()?;
        let (mut memo, mut no_errors) = (false, false);
        if self.eat("(") {
            match self.word()? {
                "memo" => memo = true,
                "no_errors" => no_errors = true,
                flag => return Err(Broken(format!("flag {flag}"))),
            }
            self.expect(")")?;
        }
        self.expect(":")?;
        self.eat("|");
        Ok(RuleText { name, memo, no_errors, alternatives: self.alternatives()? })
    }

    fn alternatives(&mut self) -> Parsed<Vec<Alternative>> {
        let mut alternatives = vec![self.alternative()?];
        while self.eat("|") {
            alternatives.push(self.alternative()?);
        }
        Ok(alternatives)
    }

    fn alternative(&mut self) -> Parsed<Alternative> {
        let mut items = Vec::new();
        let action = loop {
            match self.peek() {
                None | Some(Symbol::RuleStart | Symbol::Punctuation("|" | ")" | "]")) => {
                    break Action::Default;
                }
                Some(Symbol::Punctuation("->")) => {
                    self.at += 1;
                    break self.value_action()?;
                }
                Some(Symbol::Punctuation("!!")) => {
                    self.at += 1;
                    break self.error_action()?;
                }
                Some(_) => items.push(self.bound_item()?),
            }
        };
        Ok(Alternative { items, action })
    }

    fn value_action(&mut self) -> Parsed<Action> {
        let name = self.word()?;
        let mut values = Vec::new();
        let call = self.eat("(");
        while call && !self.eat(")") {
            values.push(self.word()?);
        }
        if let Some(kind) = NodeKind::from_name(name) {
            return Ok(Action::Node(kind, values));
        }
        if !call {
            return Ok(Action::Value(name));
        }
        let function =
            Function::from_name(name).ok_or_else(|| Broken(format!("function {name}")))?;
        Ok(Action::Call(function, values))
    }

    fn error_action(&mut self) -> Parsed<Action> {
        let name = self.word()?;
        let mut values = Vec::new();
        let mut message = String::new();
        loop {
            match self.peek() {
                Some(Symbol::Word(value)) => values.push(value),
                Some(Symbol::Text(text)) => message = text.replace("\\\"", "\""),
                _ => break,
            }
            self.at += 1;
        }
        // The kind of the target is part of the form.
        let (form, values) = match (name, values.split_first()) {
            ("target", Some((kind, values))) => (Form::target(kind), values.to_vec()),
            _ => (Form::from_name(name), values),
        };
        let form = form.ok_or_else(|| Broken(format!("form {name}")))?;
        Ok(Action::Error(form, values, message))
    }

    fn bound_item(&mut self) -> Parsed<(Option<&'static str>, Item)> {
        if let (Some(Symbol::Word(name)), Some(Symbol::Punctuation("="))) =
            (self.peek(), self.symbols.get(self.at + 1).copied())
        {
            self.at += 2;
            return Ok((Some(name), self.item()?));
        }
        Ok((None, self.item()?))
    }

    fn item(&mut self) -> Parsed<Item> {
        for (sign, make) in [
            ("&", Item::Ahead as fn(Box<Item>) -> Item),
            ("!", Item::NotAhead as fn(Box<Item>) -> Item),
        ] {
            if self.eat(sign) {
                return Ok(make(Box::new(self.item()?)));
            }
        }
        if self.eat("&&") {
            let Symbol::Quoted(text) = self.next()? else {
                return Err(Broken("&& needs a quoted token".into()));
            };
            return Ok(Item::Forced(quoted(text)?, text));
        }
        if self.eat("~") {
            return Ok(Item::Cut);
        }
        if self.eat("@") {
            return match self.word()? {
                "forget" => Ok(Item::Forget),
                "not_equal" => Ok(Item::NotEqual),
                "since" => self.since(),
                other => Err(Broken(format!("@{other}"))),
            };
        }
        if self.eat("[") {
            let group = Item::Group(self.alternatives()?);
            self.expect("]")?;
            return Ok(Item::Optional(Box::new(group)));
        }
        let item = self.primary()?;
        if self.eat(".") {
            let repeated = self.primary()?;
            self.expect("+")?;
            return Ok(Item::Gather(Box::new(item), Box::new(repeated)));
        }
        Ok(if self.eat("?") {
            Item::Optional(Box::new(item))
        } else if self.eat("*") {
            Item::Repeat(Box::new(item), false)
        } else if self.eat("+") {
            Item::Repeat(Box::new(item), true)
        } else {
            item
        })
    }

    fn since(&mut self) -> Parsed<Item> {
        self.expect("(")?;
        let version = self.word()?;
        let Symbol::Text(what) = self.next()? else {
            return Err(Broken("@since needs a text".into()));
        };
        self.expect(")")?;
        let version = version.parse().map_err(|_| Broken(format!("version {version}")))?;
        Ok(Item::Since(version, what))
    }

    fn primary(&mut self) -> Parsed<Item> {
        match self.next()? {
            Symbol::Quoted(text) => Ok(Item::Literal(quoted(text)?)),
            Symbol::Text(text) => Ok(Item::Soft(text)),
            Symbol::Word("SOFT_KEYWORD") => Ok(Item::AnySoft),
            Symbol::Word(word) => Ok(match Kind::from_name(word) {
                Some(kind) => Item::Token(kind),
                None => Item::Rule(word),
            }),
            Symbol::Punctuation("(") => {
                let group = Item::Group(self.alternatives()?);
                self.expect(")")?;
                Ok(group)
            }
            other => Err(Broken(format!("an item expected, not {other:?} ({})", self.at))),
        }
    }
}

fn quoted(text: &str) -> Parsed<Kind> {
    Kind::from_text(text).ok_or_else(|| Broken(format!("token {text}")))
}

// Translation.

struct Compiler<'g> {
    grammar: &'g mut Grammar,
}

impl Compiler<'_> {
    fn emit(&mut self, op: Op) -> usize {
        self.grammar.code.push(op);
        self.grammar.code.len() - 1
    }

    fn here(&self) -> usize {
        self.grammar.code.len()
    }

    /// Sets the target of an instruction emitted before.
    fn patch(&mut self, at: usize) {
        let here = self.here();
        if let Some(
            Op::Choice(target)
            | Op::Commit(target)
            | Op::Again(target)
            | Op::Back(target)
            | Op::UnlessErrors(target),
        ) = self.grammar.code.get_mut(at)
        {
            *target = here;
        }
    }

    fn rule(&mut self, index: usize, alternatives: Vec<Alternative>) -> Parsed<()> {
        // Groups inside become rules of their own before this one's code starts.
        let mut lowered = Vec::new();
        for alternative in alternatives {
            let mut items = Vec::new();
            for (name, item) in alternative.items {
                items.push((name, self.lower(item)?));
            }
            lowered.push((items, alternative.action));
        }
        let start = self.here();
        let mut slots = 0;
        let count = lowered.len();
        for (number, (items, action)) in lowered.into_iter().enumerate() {
            // As in CPython, an error rule with something beside it is on in both passes.
            let is_error = matches!(items.as_slice(), [(_, item)] if item.is_error_rule());
            let skip = is_error.then(|| self.emit(Op::UnlessErrors(0)));
            let choice = (number + 1 < count).then(|| self.emit(Op::Choice(0)));
            slots = slots.max(self.alternative(items, action)?);
            if let Some(choice) = choice {
                self.patch(choice);
            }
            if let Some(skip) = skip {
                if choice.is_none() {
                    // The last alternative: without errors there is nothing more to try.
                    let fail = self.here();
                    if let Some(Op::UnlessErrors(target)) = self.grammar.code.get_mut(skip) {
                        *target = fail;
                    }
                    self.emit(Op::Fail);
                } else {
                    self.patch(skip);
                }
            }
        }
        if let Some(rule) = self.grammar.rules.get_mut(index) {
            rule.start = start;
            rule.slots = slots;
        }
        Ok(())
    }

    /// Makes rules of the groups in an item.
    fn lower(&mut self, item: Item) -> Parsed<Lowered> {
        Ok(match item {
            Item::Token(kind) => Lowered::Op(Op::Token(kind), true, false),
            Item::Literal(kind) => Lowered::Op(Op::Token(kind), false, false),
            Item::Soft(text) => Lowered::Op(Op::Soft(text), false, false),
            Item::AnySoft => Lowered::Op(Op::AnySoft, false, false),
            Item::Forced(kind, text) => Lowered::Op(Op::Forced(kind, text), false, false),
            Item::Cut => Lowered::Op(Op::Cut, false, false),
            Item::Forget => Lowered::Op(Op::Forget, false, false),
            Item::NotEqual => Lowered::Op(Op::NotEqual, false, false),
            Item::Since(version, what) => Lowered::Op(Op::Since(version, what), false, false),
            Item::Rule(name) => {
                let rule = self.grammar.rule(name).ok_or_else(|| Broken(format!("rule {name}")))?;
                Lowered::Op(Op::Call(rule), true, name.starts_with("invalid_"))
            }
            Item::Group(alternatives) => {
                let index = self.grammar.rules.len();
                self.grammar.rules.push(Rule { start: 0, slots: 0, memo: false, no_errors: false });
                self.rule(index, alternatives)?;
                Lowered::Op(Op::Call(index), true, false)
            }
            Item::Optional(item) => Lowered::Optional(Box::new(self.lower(*item)?)),
            Item::Repeat(item, nonempty) => Lowered::Repeat(Box::new(self.lower(*item)?), nonempty),
            Item::Gather(separator, item) => {
                Lowered::Gather(Box::new(self.lower(*separator)?), Box::new(self.lower(*item)?))
            }
            Item::Ahead(item) => Lowered::Ahead(Box::new(self.lower(*item)?)),
            Item::NotAhead(item) => Lowered::NotAhead(Box::new(self.lower(*item)?)),
        })
    }

    /// Emits an alternative; gives the number of slots it needs.
    fn alternative(
        &mut self,
        items: Vec<(Option<&'static str>, Lowered)>,
        action: Action,
    ) -> Parsed<usize> {
        let mut names: Vec<Option<&'static str>> = Vec::new();
        let valued: Vec<usize> = match items.len() {
            1 => vec![0],
            _ => (0..items.len())
                .filter(|&i| items.get(i).is_some_and(|(_, l)| l.has_value()))
                .collect(),
        };
        let default = match (&action, valued.as_slice()) {
            (Action::Default, &[only]) => Some(only),
            _ => None,
        };
        let mut default_slot = None;
        for (index, (name, item)) in items.into_iter().enumerate() {
            self.item(item, &mut names);
            if name.is_some() || default == Some(index) {
                self.emit(Op::Store(names.len()));
                if default == Some(index) {
                    default_slot = Some(names.len());
                }
                names.push(name);
            }
        }
        let slot = |name: &str| {
            names
                .iter()
                .rposition(|n| *n == Some(name))
                .ok_or_else(|| Broken(format!("value {name}")))
        };
        let slots =
            |values: &[&str]| values.iter().map(|name| slot(name)).collect::<Parsed<Vec<_>>>();
        let op = match action {
            Action::Default => match default_slot {
                Some(slot) => Op::Return(slot),
                None => Op::ReturnNode(NodeKind::Other, Vec::new()),
            },
            Action::Value(name) => Op::Return(slot(name)?),
            Action::Node(kind, values) => Op::ReturnNode(kind, slots(&values)?),
            Action::Call(function, values) => Op::ReturnCall(function, slots(&values)?),
            Action::Error(form, values, message) => {
                let slots = slots(&values)?;
                let values = values.into_iter().zip(slots).collect();
                self.grammar.errors.push(ErrorAction { form, values, message });
                Op::Raise(self.grammar.errors.len() - 1)
            }
        };
        self.emit(op);
        Ok(names.len())
    }

    fn item(&mut self, item: Lowered, names: &mut Vec<Option<&'static str>>) {
        match item {
            Lowered::Op(op, ..) => {
                self.emit(op);
            }
            Lowered::Optional(item) => {
                let choice = self.emit(Op::Choice(0));
                self.item(*item, names);
                let commit = self.emit(Op::Commit(0));
                self.patch(choice);
                self.emit(Op::Absent);
                self.patch(commit);
            }
            Lowered::Repeat(item, nonempty) => {
                let slot = self.begin_list(names);
                let choice = self.emit(Op::Choice(0));
                let body = self.here();
                self.item(*item, names);
                self.emit(Op::Push);
                self.emit(Op::Again(body));
                self.patch(choice);
                self.emit(Op::EndList { slot, nonempty });
            }
            Lowered::Gather(separator, item) => {
                let slot = self.begin_list(names);
                self.item(item.as_ref().clone(), names);
                self.emit(Op::Push);
                let choice = self.emit(Op::Choice(0));
                let body = self.here();
                self.item(*separator, names);
                self.item(*item, names);
                self.emit(Op::Push);
                self.emit(Op::Again(body));
                self.patch(choice);
                self.emit(Op::EndList { slot, nonempty: true });
            }
            Lowered::Ahead(item) => {
                let choice = self.emit(Op::Choice(0));
                self.item(*item, names);
                let back = self.emit(Op::Back(0));
                self.patch(choice);
                self.emit(Op::Fail);
                self.patch(back);
            }
            Lowered::NotAhead(item) => {
                let choice = self.emit(Op::Choice(0));
                self.item(*item, names);
                self.emit(Op::FailTwice);
                self.patch(choice);
            }
        }
    }

    /// Reserves a nameless slot for where a list begins.
    fn begin_list(&mut self, names: &mut Vec<Option<&'static str>>) -> usize {
        let slot = names.len();
        names.push(None);
        self.emit(Op::BeginList(slot));
        slot
    }
}

/// An item whose groups are rules.
#[derive(Clone)]
enum Lowered {
    /// An instruction, whether it has a value, whether it is an `invalid_…` rule.
    Op(Op, bool, bool),
    Optional(Box<Lowered>),
    Repeat(Box<Lowered>, bool),
    Gather(Box<Lowered>, Box<Lowered>),
    Ahead(Box<Lowered>),
    NotAhead(Box<Lowered>),
}

impl Lowered {
    fn has_value(&self) -> bool {
        match self {
            Lowered::Op(_, value, _) => *value,
            Lowered::Optional(item) | Lowered::Repeat(item, _) => item.has_value(),
            Lowered::Gather(..) => true,
            Lowered::Ahead(_) | Lowered::NotAhead(_) => false,
        }
    }

    fn is_error_rule(&self) -> bool {
        matches!(self, Lowered::Op(_, _, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_well_formed() {
        let grammar = Grammar::parse(super::super::GRAMMAR).unwrap();
        for name in ["file", "interactive", "eval", "func_type"] {
            assert!(grammar.rule(name).is_some(), "{name}");
        }
        for op in &grammar.code {
            match op {
                Op::Choice(t)
                | Op::Commit(t)
                | Op::Again(t)
                | Op::Back(t)
                | Op::UnlessErrors(t) => {
                    assert!(*t > 0 && *t < grammar.code.len(), "{op:?}");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn mistakes_are_found() {
        for (text, mistake) in [
            ("a: b\n", "rule b"),
            ("a: 'if' 'iff'\n", "token iff"),
            ("a: x=NAME -> y\n", "value y"),
            ("a: NAME -> f()\n", "function f"),
            ("a: NAME !! nowhere \"x\"\n", "form nowhere"),
            ("a: NAME\na: NAME\n", "rule a occurs twice"),
        ] {
            let Broken(found) = Grammar::parse(text).unwrap_err();
            assert_eq!(found, mistake);
        }
    }
}
