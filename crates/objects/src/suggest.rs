//! "Did you mean …?": the known name that is closest to a wrong one.
//!
//! The distance is that of Levenshtein with costs of 2 for an insertion, deletion or substitution and 1 for a change of case,
//! as in CPython's messages.

/// Cost of a changed, inserted or deleted character.
const MOVE: usize = 2;
/// Cost of a character that differs in case only.
const CASE: usize = 1;
/// Longer names aren't compared.
const MAX_LEN: usize = 40;
/// With more candidates nothing is suggested.
const MAX_CANDIDATES: usize = 750;

/// The candidate closest to `name`, if one is close enough: at most a third of the characters differ.
pub fn closest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for (count, candidate) in candidates.enumerate() {
        if count >= MAX_CANDIDATES {
            return None;
        }
        if candidate == name {
            continue;
        }
        // The last bound is the number of edits that makes any two names alike.
        let mut limit = (name.len() + candidate.len() + 3) * MOVE / 6;
        if let Some((distance, _)) = best {
            limit = limit.min(distance.saturating_sub(1));
        }
        if let Some(distance) = distance(name.as_bytes(), candidate.as_bytes(), limit) {
            best = Some((distance, candidate));
        }
    }
    best.map(|b| b.1)
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// The distance, if it is at most `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        let d = (a.len() + b.len()) * MOVE;
        return (d <= limit).then_some(d);
    }
    if a.len() > MAX_LEN || b.len() > MAX_LEN {
        return None;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if (long.len() - short.len()) * MOVE > limit {
        return None;
    }
    let mut row: Vec<usize> = (1..=short.len()).map(|i| i * MOVE).collect();
    let mut result = 0;
    for (i, x) in long.iter().enumerate() {
        let mut diagonal = i * MOVE;
        result = diagonal;
        let mut minimum = usize::MAX;
        for (cell, y) in row.iter_mut().zip(short) {
            let changed = diagonal + substitution(*x, *y);
            diagonal = *cell;
            let moved = result.min(diagonal) + MOVE;
            result = changed.min(moved);
            *cell = result;
            minimum = minimum.min(result);
        }
        if minimum > limit {
            return None;
        }
    }
    (result <= limit).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn the_closest_name_is_found() {
        let names = ["append", "extend", "Bluch", "blech", "a", "index"];
        let check = |wrong, expected| {
            assert_eq!(closest(wrong, names.iter().copied()), expected, "{wrong}")
        };
        check("apend", Some("append"));
        check("extnd", Some("extend"));
        check("bluch", Some("Bluch"));
        check("indes", Some("index"));
        check("zzzzzz", None);
    }
}
