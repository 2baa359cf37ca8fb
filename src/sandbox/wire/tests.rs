//! What a line that is to be cut lets through.

use super::*;

/// Writes in pieces of a size, and says what got through and how it ended.
fn written(state: State, text: &str, piece: usize) -> (String, State) {
    let (mut state, mut out) = (state, Vec::new());
    for bytes in text.as_bytes().chunks(piece) {
        let (allowed, next) = state.allow(bytes);
        out.extend_from_slice(&bytes[..allowed]);
        state = next;
    }
    (String::from_utf8(out).unwrap(), state)
}

const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome\r\nmore";

#[test]
fn the_head_and_so_much_of_the_body_gets_through_however_it_is_cut_in_pieces() {
    for piece in 1..ANSWER.len() {
        let head = State::Head {
            seen: 0,
            body: 5,
            reset: true,
        };
        let (out, state) = written(head, ANSWER, piece);
        assert!(out.ends_with("\r\n\r\nsome\r"), "{piece}: {out:?}");
        assert_eq!(state, State::Reset);
    }
}

#[test]
fn nothing_of_the_body_gets_through_where_nothing_may() {
    let head = State::Head {
        seen: 0,
        body: 0,
        reset: false,
    };
    let (out, state) = written(head, ANSWER, 7);
    assert!(out.ends_with("\r\n\r\n"), "{out:?}");
    assert_eq!(state, State::Cut);
}

#[test]
fn a_line_that_is_not_to_be_cut_lets_everything_through() {
    assert_eq!(
        written(State::Open, ANSWER, 3),
        (ANSWER.to_owned(), State::Open)
    );
}
