//! Concatenation, repetition and subscription of constant strings, bytes and tuples.

use std::sync::Arc;

use code::{Const, Str};
use prim::bigint::BigInt;

use super::int_of;

/// The most items of a tuple made by repetition.
const MAX_COLLECTION_SIZE: usize = 256;
/// The most characters of a string made by repetition.
const MAX_STR_SIZE: usize = 4096;
/// The most items of a tuple made by repetition, those of tuples in it included.
const MAX_TOTAL_ITEMS: isize = 1024;

pub(super) fn is_sequence(value: &Const) -> bool {
    matches!(value, Const::Str(_) | Const::Bytes(_) | Const::Tuple(_))
}

/// `left + right`, for two of one kind.
pub(super) fn concat(left: &Const, right: &Const) -> Option<Const> {
    Some(match (left, right) {
        (Const::Str(a), Const::Str(b)) => {
            Const::Str(Str::from_generalized_utf8(&[a.as_bytes(), b.as_bytes()].concat()))
        }
        (Const::Bytes(a), Const::Bytes(b)) => Const::Bytes([&a[..], &b[..]].concat().into()),
        (Const::Tuple(a), Const::Tuple(b)) => Const::tuple([&a[..], &b[..]].concat()),
        _ => return None,
    })
}

/// `value * count`, unless the result is too large.
pub(super) fn repeat(value: &Const, count: &BigInt) -> Option<Const> {
    let (size, limit) = match value {
        Const::Str(text) => (text.as_text().code_point_len(), MAX_STR_SIZE),
        Const::Bytes(bytes) => (bytes.len(), MAX_STR_SIZE),
        Const::Tuple(items) => (items.len(), MAX_COLLECTION_SIZE),
        _ => return None,
    };
    if size == 0 {
        // Even so a count beyond the range of an index raises OverflowError.
        return count.to_i64().map(|_| value.clone());
    }
    let count = count.as_ref().to_usize().filter(|count| *count <= limit / size)?;
    Some(match value {
        Const::Str(text) => Const::Str(Str::from_generalized_utf8(&text.as_bytes().repeat(count))),
        Const::Bytes(bytes) => Const::Bytes(bytes.repeat(count).into()),
        Const::Tuple(items) => {
            if count > 0 {
                within_total(value, MAX_TOTAL_ITEMS / count as isize)?;
            }
            Const::tuple(
                std::iter::repeat_n(&items[..], count).flatten().cloned().collect::<Vec<_>>(),
            )
        }
        _ => return None,
    })
}

/// What is left of `limit` after the items of a tuple and the tuples in it.
fn within_total(value: &Const, limit: isize) -> Option<isize> {
    let Const::Tuple(items) = value else { return Some(limit) };
    let limit = limit.checked_sub_unsigned(items.len()).filter(|limit| *limit >= 0)?;
    items.iter().try_fold(limit, |limit, item| within_total(item, limit))
}

fn len_of(value: &Const) -> Option<usize> {
    match value {
        Const::Str(text) => Some(text.as_text().code_point_len()),
        Const::Bytes(bytes) => Some(bytes.len()),
        Const::Tuple(items) => Some(items.len()),
        _ => None,
    }
}

/// `value[index]` for an index or a slice; `None` if it raises.
pub(super) fn subscript(value: &Const, index: &Const) -> Option<Const> {
    let len = len_of(value)?;
    if let Const::Slice(parts) = index {
        return slice(value, &slice_indices(parts, len)?);
    }
    let index = int_of(index)?.to_i64()?;
    let index = if index < 0 { index.checked_add(i64::try_from(len).ok()?)? } else { index };
    let index = usize::try_from(index).ok().filter(|index| *index < len)?;
    match value {
        Const::Str(_) => slice(value, &[index]),
        Const::Bytes(bytes) => bytes.get(index).map(|byte| Const::Int(i64::from(*byte))),
        Const::Tuple(items) => items.get(index).cloned(),
        _ => None,
    }
}

fn slice(value: &Const, indices: &[usize]) -> Option<Const> {
    match value {
        Const::Str(text) => {
            let text = text.as_text();
            let mut bytes = Vec::new();
            for index in indices {
                let start = text.byte_offset(*index)?;
                let end = text.byte_offset(index + 1)?;
                bytes.extend_from_slice(text.as_bytes().get(start..end)?);
            }
            Some(Const::Str(Str::from_generalized_utf8(&bytes)))
        }
        Const::Bytes(bytes) => {
            let picked: Option<Arc<[u8]>> =
                indices.iter().map(|i| bytes.get(*i).copied()).collect();
            picked.map(Const::Bytes)
        }
        Const::Tuple(items) => {
            let picked: Option<Vec<Const>> =
                indices.iter().map(|i| items.get(*i).cloned()).collect();
            picked.map(Const::tuple)
        }
        _ => None,
    }
}

/// The indices a slice picks from a sequence of this length.
fn slice_indices(parts: &[Const; 3], len: usize) -> Option<Vec<usize>> {
    let len = i64::try_from(len).ok()?;
    let part = |part: &Const| match part {
        Const::None => Some(None),
        other => Some(Some(int_of(other)?.as_ref().saturating_i64())),
    };
    let step = part(&parts[2])?.unwrap_or(1);
    if step == 0 {
        return None;
    }
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let clamp =
        |bound: i64| if bound < 0 { bound.saturating_add(len).max(low) } else { bound.min(high) };
    let (first, last) = if step < 0 { (high, low) } else { (low, high) };
    let mut at = part(&parts[0])?.map_or(first, clamp);
    let stop = part(&parts[1])?.map_or(last, clamp);
    let mut indices = Vec::new();
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        indices.push(usize::try_from(at).ok()?);
        at = at.saturating_add(step);
    }
    Some(indices)
}
