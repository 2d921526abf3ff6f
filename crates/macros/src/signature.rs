//! Python signatures in the form of `__text_signature__`, `($self, value, start=0, /, *, key=None)`.
//!
//! They come from `sig = "…"` and leave as a parameter list that drives argument parsing and as the text that Python
//! sees.

use syn::{Error, LitStr, Result};

/// How a parameter takes its argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Before `/`.
    PositionalOnly,
    /// By position or by name.
    Either,
    /// `*args`
    VarPositional,
    /// After `*` or `*args`.
    KeywordOnly,
    /// `**kwargs`
    VarKeyword,
}

/// One parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// How it takes its argument.
    pub kind: Kind,
    /// Python text of the default.
    pub default: Option<String>,
}

/// A parsed signature.
#[derive(Debug)]
pub struct Signature {
    /// All parameters, the receiver aside.
    pub parameters: Vec<Parameter>,
    /// The text, with the receiver.
    pub text: String,
}

impl Signature {
    /// Parses `literal`; `receiver` (`$self`, `$type`, `$module` or nothing) is what the text shows first.
    pub fn parse(literal: &LitStr, receiver: &str) -> Result<Signature> {
        let error = |message: &str| Error::new(literal.span(), message);
        let text = literal.value();
        let inner =
            text.trim().strip_prefix('(').and_then(|t| t.strip_suffix(')')).ok_or_else(|| {
                error("a signature is written in parentheses, like \"($self, value, /)\"")
            })?;
        let mut parts =
            split(inner).ok_or_else(|| error("unbalanced brackets or quotes in the signature"))?;
        let has_receiver = parts.first().is_some_and(|p| p.starts_with('$'));
        if has_receiver {
            parts.remove(0);
        } else if !receiver.is_empty() && !parts.contains(&"/") {
            // The receiver itself can never be passed by name.
            parts.insert(0, "/");
        }
        let parameters =
            parse_parameters(&parts, !receiver.is_empty()).map_err(|message| error(&message))?;
        check(&parameters).map_err(|message| error(&message))?;
        Ok(Signature { parameters, text: with_receiver(receiver, &parts) })
    }

    /// The signature of a function whose parameters are all required and positional-only.
    pub fn positional(names: Vec<String>, receiver: &str) -> Signature {
        let mut parts = names.clone();
        if !parts.is_empty() || !receiver.is_empty() {
            parts.push("/".into());
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let text = with_receiver(receiver, &parts);
        let parameter = |name| Parameter { name, kind: Kind::PositionalOnly, default: None };
        Signature { parameters: names.into_iter().map(parameter).collect(), text }
    }

    /// Parameters that take one argument each, in the order of the argument array.
    pub fn named(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|p| !matches!(p.kind, Kind::VarPositional | Kind::VarKeyword))
    }

    /// How many parameters are of `kind`.
    pub fn count(&self, kind: Kind) -> usize {
        self.parameters.iter().filter(|p| p.kind == kind).count()
    }
}

fn with_receiver(receiver: &str, parts: &[&str]) -> String {
    let mut all: Vec<&str> = Vec::new();
    if !receiver.is_empty() {
        all.push(receiver);
    }
    all.extend(parts);
    format!("({})", all.join(", "))
}

/// Splits at commas outside of brackets and quotes; `None` if these don't match.
fn split(text: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut depth, mut quote, mut start) = (0usize, None, 0);
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match quote {
            Some(_) if c == '\\' => {
                chars.next()?;
            }
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None => match c {
                '\'' | '"' => quote = Some(c),
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.checked_sub(1)?,
                ',' if depth == 0 => {
                    parts.push(text[start..at].trim());
                    start = at + 1;
                }
                _ => {}
            },
        }
    }
    if depth != 0 || quote.is_some() {
        return None;
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    Some(parts)
}

fn parse_parameters(
    parts: &[&str],
    has_receiver: bool,
) -> std::result::Result<Vec<Parameter>, String> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut kind = Kind::Either;
    for part in parts {
        match *part {
            "/" => {
                if kind != Kind::Either || (parameters.is_empty() && !has_receiver) {
                    return Err("`/` has to follow a positional parameter".into());
                }
                if parameters.iter().any(|p| p.kind == Kind::PositionalOnly) {
                    return Err("a signature has one `/`".into());
                }
                parameters.iter_mut().for_each(|p| p.kind = Kind::PositionalOnly);
            }
            "*" => kind = Kind::KeywordOnly,
            _ => {
                let (name, default) = match part.split_once('=') {
                    Some((name, default)) => (name.trim(), Some(default.trim().to_string())),
                    None => (*part, None),
                };
                let (name, this_kind) = if let Some(name) = name.strip_prefix("**") {
                    (name, Kind::VarKeyword)
                } else if let Some(name) = name.strip_prefix('*') {
                    kind = Kind::KeywordOnly;
                    (name, Kind::VarPositional)
                } else {
                    (name, kind)
                };
                if name.is_empty() || !name.chars().all(|c| c == '_' || c.is_alphanumeric()) {
                    return Err(format!("`{part}` is not a parameter"));
                }
                parameters.push(Parameter { name: name.into(), kind: this_kind, default });
            }
        }
    }
    Ok(parameters)
}

fn check(parameters: &[Parameter]) -> std::result::Result<(), String> {
    for (index, parameter) in parameters.iter().enumerate() {
        let name = &parameter.name;
        if parameters[..index].iter().any(|p| p.name == *name) {
            return Err(format!("`{name}` appears twice"));
        }
        let variable = matches!(parameter.kind, Kind::VarPositional | Kind::VarKeyword);
        if variable && parameter.default.is_some() {
            return Err(format!("`{name}` can't have a default"));
        }
        if parameters[..index].iter().any(|p| p.kind == Kind::VarKeyword) {
            return Err(format!("`{name}` follows the `**` parameter"));
        }
        if parameter.kind == Kind::VarPositional
            && parameters[..index].iter().any(|p| p.kind == parameter.kind)
        {
            return Err("a signature has one `*` parameter".into());
        }
        let keyword_only = parameter.kind == Kind::KeywordOnly;
        let same_group = |p: &&Parameter| (p.kind == Kind::KeywordOnly) == keyword_only;
        let optional_before =
            parameters[..index].iter().filter(same_group).any(|p| p.default.is_some());
        if !variable && parameter.default.is_none() && optional_before {
            return Err(format!("`{name}` is required but follows one with a default"));
        }
    }
    if parameters.len() > 64 {
        return Err("more than 64 parameters".into());
    }
    Ok(())
}
