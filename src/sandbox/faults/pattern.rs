//! Patterns for paths: `*` stands for any text, also none and also with slashes.

/// Whether a path fits: whole, where the pattern has a `*`; else wherever the text stands in it.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return path.contains(pattern);
    };
    let Some(mut left) = path.strip_prefix(start) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or("");
    for piece in pieces {
        // The first place is as good as any: whatever is left over, the next `*` takes.
        let Some(at) = left.find(piece) else {
            return false;
        };
        left = left.get(at + piece.len()..).unwrap_or("");
    }
    left.ends_with(end)
}
