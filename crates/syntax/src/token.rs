//! Tokens: their kinds, in one table, and where they stand.
//!
//! The lexer makes them; the parser, the error pass and the text dump read them. The table names each
//! kind as CPython's `token` module does and gives the spelling of keywords and operators.

use crate::ast::Range;

macro_rules! kinds {
    (plain { $($pv:ident $pname:literal,)* } operators { $($ov:ident $oname:literal $otext:literal,)* }
     keywords { $($kv:ident $ktext:literal,)* }) => {
        /// The kind of a token. Keywords have kinds of their own; soft keywords are names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs)] // the table says what each one is
        pub enum Kind { $($pv,)* $($ov,)* $($kv,)* }

        impl Kind {
            /// The name in CPython's `token` module; keywords are `NAME` there.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Kind::$pv => $pname,)*
                    $(Kind::$ov => $oname,)*
                    $(Kind::$kv)|* => "NAME",
                }
            }

            /// Whether it is a keyword.
            #[must_use]
            pub const fn is_keyword(self) -> bool {
                matches!(self, $(Kind::$kv)|*)
            }

            /// The keyword or operator written like this.
            #[must_use]
            pub fn from_text(text: &str) -> Option<Kind> {
                match text {
                    $($otext => Some(Kind::$ov),)*
                    $($ktext => Some(Kind::$kv),)*
                    _ => None,
                }
            }

            /// The kind with this name in CPython's `token` module (not a keyword).
            #[must_use]
            pub fn from_name(name: &str) -> Option<Kind> {
                match name {
                    $($pname => Some(Kind::$pv),)*
                    $($oname => Some(Kind::$ov),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    plain {
        EndMarker "ENDMARKER",
        Name "NAME",
        Number "NUMBER",
        String "STRING",
        Newline "NEWLINE",
        Indent "INDENT",
        Dedent "DEDENT",
        TypeIgnore "TYPE_IGNORE",
        TypeComment "TYPE_COMMENT",
        FStringStart "FSTRING_START",
        FStringMiddle "FSTRING_MIDDLE",
        FStringEnd "FSTRING_END",
        TStringStart "TSTRING_START",
        TStringMiddle "TSTRING_MIDDLE",
        TStringEnd "TSTRING_END",
        Op "OP",
        Comment "COMMENT",
        Nl "NL",
        Error "ERRORTOKEN",
    }
    operators {
        LPar "LPAR" "(",
        RPar "RPAR" ")",
        LSqb "LSQB" "[",
        RSqb "RSQB" "]",
        Colon "COLON" ":",
        Comma "COMMA" ",",
        Semi "SEMI" ";",
        Plus "PLUS" "+",
        Minus "MINUS" "-",
        Star "STAR" "*",
        Slash "SLASH" "/",
        VBar "VBAR" "|",
        Amper "AMPER" "&",
        Less "LESS" "<",
        Greater "GREATER" ">",
        Equal "EQUAL" "=",
        Dot "DOT" ".",
        Percent "PERCENT" "%",
        LBrace "LBRACE" "{",
        RBrace "RBRACE" "}",
        EqEqual "EQEQUAL" "==",
        NotEqual "NOTEQUAL" "!=",
        LessEqual "LESSEQUAL" "<=",
        GreaterEqual "GREATEREQUAL" ">=",
        Tilde "TILDE" "~",
        Circumflex "CIRCUMFLEX" "^",
        LeftShift "LEFTSHIFT" "<<",
        RightShift "RIGHTSHIFT" ">>",
        DoubleStar "DOUBLESTAR" "**",
        PlusEqual "PLUSEQUAL" "+=",
        MinEqual "MINEQUAL" "-=",
        StarEqual "STAREQUAL" "*=",
        SlashEqual "SLASHEQUAL" "/=",
        PercentEqual "PERCENTEQUAL" "%=",
        AmperEqual "AMPEREQUAL" "&=",
        VBarEqual "VBAREQUAL" "|=",
        CircumflexEqual "CIRCUMFLEXEQUAL" "^=",
        LeftShiftEqual "LEFTSHIFTEQUAL" "<<=",
        RightShiftEqual "RIGHTSHIFTEQUAL" ">>=",
        DoubleStarEqual "DOUBLESTAREQUAL" "**=",
        DoubleSlash "DOUBLESLASH" "//",
        DoubleSlashEqual "DOUBLESLASHEQUAL" "//=",
        At "AT" "@",
        AtEqual "ATEQUAL" "@=",
        RArrow "RARROW" "->",
        Ellipsis "ELLIPSIS" "...",
        ColonEqual "COLONEQUAL" ":=",
        Exclamation "EXCLAMATION" "!",
    }
    keywords {
        False "False",
        None "None",
        True "True",
        And "and",
        As "as",
        Assert "assert",
        Async "async",
        Await "await",
        Break "break",
        Class "class",
        Continue "continue",
        Def "def",
        Del "del",
        Elif "elif",
        Else "else",
        Except "except",
        Finally "finally",
        For "for",
        From "from",
        Global "global",
        If "if",
        Import "import",
        In "in",
        Is "is",
        Lambda "lambda",
        Nonlocal "nonlocal",
        Not "not",
        Or "or",
        Pass "pass",
        Raise "raise",
        Return "return",
        Try "try",
        While "while",
        With "with",
        Yield "yield",
    }
}

/// One token. Offsets are bytes into the decoded source, columns bytes into the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its kind.
    pub kind: Kind,
    /// Offset of its text.
    pub start: u32,
    /// Offset after its text.
    pub end: u32,
    /// Its position. For tokens without a text of their own (`INDENT`, `DEDENT`, `ENDMARKER`) both
    /// columns are [`NO_COLUMN`].
    pub range: Range,
}

/// The column of a token that has none.
pub const NO_COLUMN: u32 = u32::MAX;

impl Token {
    /// The text of the token.
    #[must_use]
    pub fn text<'s>(&self, source: &'s str) -> &'s str {
        source.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// The keyword spelled like this, or `Name`.
#[inline]
#[must_use]
pub fn keyword(text: &[u8]) -> Kind {
    use Kind as K;
    let Some(&first) = text.first() else { return K::Name };
    // The first letter and the length leave at most two candidates.
    let (word, kind): (&[u8], K) = match (text.len(), first) {
        (2, b'a') => (b"as", K::As),
        (2, b'i') => match text {
            b"if" => return K::If,
            b"in" => return K::In,
            _ => (b"is", K::Is),
        },
        (2, b'o') => (b"or", K::Or),
        (3, b'a') => (b"and", K::And),
        (3, b'd') => match text {
            b"def" => return K::Def,
            _ => (b"del", K::Del),
        },
        (3, b'f') => (b"for", K::For),
        (3, b'n') => (b"not", K::Not),
        (3, b't') => (b"try", K::Try),
        (4, b'N') => (b"None", K::None),
        (4, b'T') => (b"True", K::True),
        (4, b'e') => match text {
            b"else" => return K::Else,
            _ => (b"elif", K::Elif),
        },
        (4, b'f') => (b"from", K::From),
        (4, b'p') => (b"pass", K::Pass),
        (4, b'w') => (b"with", K::With),
        (5, b'F') => (b"False", K::False),
        (5, b'a') => match text {
            b"async" => return K::Async,
            _ => (b"await", K::Await),
        },
        (5, b'b') => (b"break", K::Break),
        (5, b'c') => (b"class", K::Class),
        (5, b'r') => (b"raise", K::Raise),
        (5, b'w') => (b"while", K::While),
        (5, b'y') => (b"yield", K::Yield),
        (6, b'a') => (b"assert", K::Assert),
        (6, b'e') => (b"except", K::Except),
        (6, b'g') => (b"global", K::Global),
        (6, b'i') => (b"import", K::Import),
        (6, b'l') => (b"lambda", K::Lambda),
        (6, b'r') => (b"return", K::Return),
        (7, b'f') => (b"finally", K::Finally),
        (8, b'c') => (b"continue", K::Continue),
        (8, b'n') => (b"nonlocal", K::Nonlocal),
        _ => return K::Name,
    };
    if word == text { kind } else { K::Name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_agree_with_the_table() {
        for word in "False None True and as assert async await break class continue def del elif else except \
                     finally for from global if import in is lambda nonlocal not or pass raise return try \
                     while with yield"
            .split_whitespace()
        {
            assert_eq!(Some(keyword(word.as_bytes())), Kind::from_text(word), "{word}");
            assert!(keyword(word.as_bytes()).is_keyword());
        }
        for word in ["isx", "it", "match", "case", "type", "_", "print", "elsE", "deg", "asynk"] {
            assert_eq!(keyword(word.as_bytes()), Kind::Name, "{word}");
        }
    }
}
