//! The error pass: why a source does not parse, in CPython's words.
//!
//! Which message CPython gives, and where, depends on the order in which its grammar tries alternatives and
//! on how far it reads while doing so. Hence this pass is that grammar (`python.peg`, see [`notation`]),
//! run by a small machine ([`machine`]) that keeps CPython's order. The fast parser need not care about any
//! of it. As in CPython there are two passes: one without most of the `invalid_…` rules, in which mainly the
//! lexer and literals raise, and one with them. What neither finds is a plain "invalid syntax" at the last
//! token that the first pass had looked at.

mod actions;
mod machine;
mod notation;
mod report;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use crate::error::{ErrorKind, SyntaxError};
use crate::parser::{Reached, more_statements};
use crate::token::Kind;
use crate::{Mode, Options};
use machine::{Machine, Raised};
use notation::{Broken, Grammar};

/// The grammar's text.
const GRAMMAR: &str = include_str!("python.peg");

static PARSED: LazyLock<Result<Grammar, Broken>> = LazyLock::new(|| Grammar::parse(GRAMMAR));

/// The error of a source that the parser has refused. What comes before `reached` is left out: there is no
/// error in it.
pub(crate) fn diagnose(
    source: &str,
    mode: Mode,
    options: &Options,
    reached: &Reached,
) -> SyntaxError {
    let grammar = match &*PARSED {
        Ok(grammar) => grammar,
        Err(Broken(mistake)) => return SyntaxError::bare(ErrorKind::Syntax, mistake.clone()),
    };
    let Some(rule) = grammar.rule(start_rule(mode)) else {
        return SyntaxError::bare(ErrorKind::Syntax, "invalid syntax");
    };
    let mut machine = Machine::new(grammar, source, mode, options, reached);
    let mut error = *find(&mut machine, rule, mode);
    error.warnings = std::mem::take(&mut machine.warnings);
    error.warnings.append(&mut machine.lexer.warnings);
    error
}

/// The error of a source that is fine but for features newer than the grammar asked for.
pub(crate) fn newer_features(source: &str, mode: Mode, options: &Options) -> Option<SyntaxError> {
    let grammar = PARSED.as_ref().ok()?;
    let rule = grammar.rule(start_rule(mode))?;
    let mut machine = Machine::new(grammar, source, mode, options, &Reached::default());
    match machine.run(rule, false) {
        Ok(_) => None,
        Err(error) => Some(*or_lexer_error(&mut machine, error)),
    }
}

fn start_rule(mode: Mode) -> &'static str {
    match mode {
        Mode::Exec => "file",
        Mode::Single => "interactive",
        Mode::Eval => "eval",
        Mode::FuncType => "func_type",
    }
}

fn find(machine: &mut Machine<'_>, rule: usize, mode: Mode) -> Raised {
    let first = machine.run(rule, false);
    if let Ok(true) = first {
        return accepted(machine, mode);
    }
    if machine.options.allow_incomplete_input && machine.lexer.is_at_end() {
        return machine.error_last_token(ErrorKind::IncompleteInput, "incomplete input");
    }
    if let Err(error) = first {
        return or_lexer_error(machine, error);
    }
    let last = machine.tokens.len().saturating_sub(1);
    match machine.run(rule, true) {
        Err(error) => or_lexer_error(machine, error),
        Ok(_) => generic(machine, last),
    }
}

/// The grammar accepts what the parser has refused: more than one statement, or too deep for the parser.
fn accepted(machine: &Machine<'_>, mode: Mode) -> Raised {
    let end = machine.tokens.last().map_or(0, |token| token.end as usize);
    if mode == Mode::Single && more_statements(machine.source.get(end..).unwrap_or_default()) {
        return machine.error_here("multiple statements found while compiling a single statement");
    }
    Box::new(SyntaxError::too_complex())
}

/// A plain syntax error at the last token of the first pass.
fn generic(machine: &mut Machine<'_>, last: usize) -> Raised {
    match machine.tokens.get(last).map(|token| token.kind) {
        Some(Kind::Indent) => machine.error_last_token(ErrorKind::Indentation, "unexpected indent"),
        Some(Kind::Dedent) => {
            machine.error_last_token(ErrorKind::Indentation, "unexpected unindent")
        }
        _ => {
            let error = machine.error_at_token(last, "invalid syntax");
            or_lexer_error(machine, error)
        }
    }
}

/// Errors of the lexer further on, and parentheses left open before, are more likely the cause. What happens
/// inside f-strings does not count.
fn or_lexer_error(machine: &mut Machine<'_>, error: Raised) -> Raised {
    if !machine.lexer_is_fine()
        || matches!(error.kind, ErrorKind::Memory | ErrorKind::UnicodeDecode)
    {
        return error;
    }
    let error_line = machine.tokens.last().map_or(0, |token| token.range.line);
    loop {
        match machine.lexer.next_token().kind {
            Kind::Error => break,
            Kind::EndMarker => return error,
            _ => {}
        }
    }
    if machine.lexer.in_formatted_string() {
        return error;
    }
    if let Some(error) = machine.lexer.take_error() {
        return error;
    }
    match machine.lexer.open_paren() {
        Some(paren) if error_line > paren.line => machine.unclosed_parenthesis().unwrap_or(error),
        _ => error,
    }
}
