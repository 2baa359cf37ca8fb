//! The plain parts of a packed row: numbers, moments, ids and texts. What stood in the same row before is named by its place.

use jiff::{SignedDuration, Timestamp};

use super::moments::{Moments, NANOS_OF_MILLI, unzigzag, zigzag};
use super::spelled::{digits, host, hyphenated, id_in};
use super::symbols::Symbols;
use crate::domain::text::Text;

/// How many ids and texts of a row can be named again: so many take one byte.
const AGAIN: usize = 124;
/// How many texts of a limited set a row can name again, before the numbers of all the others.
const NUMBERS: usize = 24;

/// How a text is written: an id with hyphens, one without, its letters, an address. From the last on it is the place of one that stands
/// elsewhere.
const ID: u128 = 0;
const DIGITS: u128 = 1;
const LETTERS: u128 = 2;
const ADDRESS: u128 = 3;
const NAMED: u128 = 4;

/// What was written of an id or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Id(u128),
    Text(Text),
}

/// Writes one row.
pub(super) struct Writer<'s> {
    bytes: &'s mut Vec<u8>,
    pub(super) symbols: &'s mut Symbols,
    said: Vec<Said>,
    numbers: Vec<u32>,
    moments: Moments,
}

impl<'s> Writer<'s> {
    pub(super) fn new(bytes: &'s mut Vec<u8>, symbols: &'s mut Symbols) -> Self {
        Self {
            bytes,
            symbols,
            said: Vec::new(),
            numbers: Vec::new(),
            moments: Moments::default(),
        }
    }

    /// A number, seven bits a byte, the lowest first.
    pub(super) fn number(&mut self, mut number: u128) {
        loop {
            let low = (number & 0x7f).to_le_bytes()[0];
            number >>= 7;
            if number == 0 {
                self.bytes.push(low);
                return;
            }
            self.bytes.push(low | 0x80);
        }
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u128);
    }

    pub(super) fn bits(&mut self, bits: u128) {
        self.bytes.extend_from_slice(&bits.to_be_bytes());
    }

    /// A moment: one that stood here before, or how long after the last of its fineness.
    pub(super) fn moment(&mut self, at: Timestamp) {
        if let Some(place) = self.moments.known.iter().position(|known| *known == at) {
            self.number(((place as u128) << 2) | 1);
            return;
        }
        self.moments.note(at);
        if at.as_nanosecond() % NANOS_OF_MILLI == 0 {
            let milli = at.as_millisecond();
            let apart = zigzag(i128::from(milli) - i128::from(self.moments.milli));
            self.moments.milli = milli;
            self.number(apart << 2);
        } else {
            let apart = zigzag(at.as_nanosecond() - self.moments.nano());
            self.moments.nano = Some(at.as_nanosecond());
            self.number((apart << 2) | 2);
        }
    }

    pub(super) fn maybe_moment(&mut self, at: Option<Timestamp>) {
        if let Some(at) = at {
            self.moment(at);
        }
    }

    /// A span: whole seconds, or what stands beyond them too.
    pub(super) fn span(&mut self, span: SignedDuration) {
        let has_rest = span.subsec_nanos() != 0;
        self.number((zigzag(i128::from(span.as_secs())) << 1) | u128::from(has_rest));
        if has_rest {
            self.number(zigzag(i128::from(span.subsec_nanos())));
        }
    }

    /// Names what stood here before; answers whether it did.
    fn again(&mut self, what: &Said) -> bool {
        let place = self.said.iter().position(|said| said == what);
        if let Some(place) = place {
            self.number(NAMED + place as u128);
        } else if self.said.len() < AGAIN {
            self.said.push(what.clone());
        }
        place.is_some()
    }

    /// An id that other texts of the row may repeat.
    pub(super) fn id(&mut self, bits: u128) {
        if !self.again(&Said::Id(bits)) {
            self.number(ID);
            self.bits(bits);
        }
    }

    /// A text that the row may repeat and no other row has.
    pub(super) fn text(&mut self, text: &Text) {
        match id_in(text.as_str()) {
            Some((bits, true)) => self.id(bits),
            None if self.again(&Said::Text(text.clone())) || self.address(text.as_str()) => {}
            _ => self.lone(text, false),
        }
    }

    /// A text that nothing repeats, and a bit in the same byte.
    pub(super) fn lone(&mut self, text: &Text, beside: bool) {
        let form = |form: u128| form | (u128::from(beside) << 2);
        if let Some((bits, has_hyphens)) = id_in(text.as_str()) {
            self.number(form(if has_hyphens { ID } else { DIGITS }));
            self.bits(bits);
        } else {
            self.number(form(LETTERS));
            self.letters(text.as_str());
        }
    }

    fn letters(&mut self, letters: &str) {
        self.count(letters.len());
        self.bytes.extend_from_slice(letters.as_bytes());
    }

    /// Writes an address, whose host the pages of other guests are on too; answers whether it is one.
    fn address(&mut self, text: &str) -> bool {
        let parts = host(text);
        let taken =
            parts.and_then(|(host, path)| Some((self.symbols.take(&Text::again(host))?, path)));
        if let Some((number, path)) = taken {
            self.number(ADDRESS);
            self.numbered(number);
            self.letters(path);
        }
        taken.is_some()
    }

    /// A text of a limited set.
    pub(super) fn symbol(&mut self, text: &Text) {
        match self.symbols.take(text) {
            Some(number) => self.numbered(number),
            None => self.lone(text, false),
        }
    }

    fn numbered(&mut self, number: u32) {
        let place = self.numbers.iter().position(|known| *known == number);
        if place.is_none() && self.numbers.len() < NUMBERS {
            self.numbers.push(number);
        }
        let fresh = NUMBERS as u128 + u128::from(number);
        self.number(NAMED + place.map_or(fresh, |place| place as u128));
    }

    pub(super) fn symbols(&mut self, texts: &[Text]) {
        self.count(texts.len());
        for text in texts {
            self.symbol(text);
        }
    }
}

/// Reads one row; nothing where the bytes are no row.
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    pub(super) symbols: &'b Symbols,
    said: Vec<Said>,
    numbers: Vec<u32>,
    moments: Moments,
    /// The numbers of the texts that were met, for who gives them back.
    pub(super) used: Option<Vec<u32>>,
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8], symbols: &'b Symbols) -> Self {
        Self {
            bytes,
            symbols,
            said: Vec::new(),
            numbers: Vec::new(),
            moments: Moments::default(),
            used: None,
        }
    }

    pub(super) fn number(&mut self) -> Option<u128> {
        let mut number = 0;
        let mut shift = 0;
        loop {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u128::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    pub(super) fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// So many of them, each as `one` reads it.
    pub(super) fn list<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        // None is shorter than a byte.
        let mut list = Vec::with_capacity(count.min(self.bytes.len()));
        for _ in 0..count {
            list.push(one(self)?);
        }
        Some(list)
    }

    pub(super) fn bits(&mut self) -> Option<u128> {
        let (bits, rest) = self.bytes.split_first_chunk::<16>()?;
        self.bytes = rest;
        Some(u128::from_be_bytes(*bits))
    }

    pub(super) fn moment(&mut self) -> Option<Timestamp> {
        let code = self.number()?;
        let (form, number) = (code & 3, code >> 2);
        let at = match form {
            1 => {
                return self
                    .moments
                    .known
                    .get(usize::try_from(number).ok()?)
                    .copied();
            }
            0 => {
                let milli = i128::from(self.moments.milli).checked_add(unzigzag(number))?;
                self.moments.milli = i64::try_from(milli).ok()?;
                Timestamp::from_millisecond(self.moments.milli).ok()?
            }
            _ => {
                let nano = self.moments.nano().checked_add(unzigzag(number))?;
                self.moments.nano = Some(nano);
                Timestamp::from_nanosecond(nano).ok()?
            }
        };
        self.moments.note(at);
        Some(at)
    }

    /// What `one` reads, where it is there; that it is not is no damage.
    #[expect(clippy::option_option, reason = "absent and damaged are two things")]
    pub(super) fn maybe<T>(
        &mut self,
        is_there: bool,
        one: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        if !is_there {
            return Some(None);
        }
        one(self).map(Some)
    }

    pub(super) fn span(&mut self) -> Option<SignedDuration> {
        let code = self.number()?;
        let secs = i64::try_from(unzigzag(code >> 1)).ok()?;
        let rest = if code & 1 == 1 {
            i32::try_from(unzigzag(self.number()?)).ok()?
        } else {
            0
        };
        let is_part = rest.unsigned_abs() < 1_000_000_000;
        is_part.then(|| SignedDuration::new(secs, rest))
    }

    fn note(&mut self, said: Said) {
        if self.said.len() < AGAIN {
            self.said.push(said);
        }
    }

    fn said(&mut self, place: u128) -> Option<&Said> {
        self.said.get(usize::try_from(place).ok()?)
    }

    pub(super) fn id(&mut self) -> Option<u128> {
        let code = self.number()?;
        if code == ID {
            let bits = self.bits()?;
            self.note(Said::Id(bits));
            return Some(bits);
        }
        match self.said(code.checked_sub(NAMED)?)? {
            Said::Id(bits) => Some(*bits),
            Said::Text(_) => None,
        }
    }

    /// A text that the row may repeat, or one of a limited set.
    pub(super) fn text(&mut self) -> Option<Text> {
        let code = self.number()?;
        match code {
            ID => {
                let bits = self.bits()?;
                self.note(Said::Id(bits));
                Some(hyphenated(bits))
            }
            LETTERS => {
                let text = self.letters(code)?;
                self.note(Said::Text(text.clone()));
                Some(text)
            }
            DIGITS => self.letters(code),
            ADDRESS => {
                let code = self.number()?;
                let host = self.numbered(code)?.as_str();
                let path = self.counted()?;
                let text = Text::again(&[host, path].concat());
                self.note(Said::Text(text.clone()));
                Some(text)
            }
            _ => match self.said(code - NAMED)? {
                Said::Id(bits) => Some(hyphenated(*bits)),
                Said::Text(text) => Some(text.clone()),
            },
        }
    }

    pub(super) fn symbol(&mut self) -> Option<Text> {
        let code = self.number()?;
        if code < NAMED {
            return self.letters(code);
        }
        self.numbered(code).cloned()
    }

    /// The text of a limited set that this code names.
    fn numbered(&mut self, code: u128) -> Option<&'b Text> {
        let place = usize::try_from(code.checked_sub(NAMED)?).ok()?;
        let number = if let Some(fresh) = place.checked_sub(NUMBERS) {
            let number = u32::try_from(fresh).ok()?;
            if self.numbers.len() < NUMBERS {
                self.numbers.push(number);
            }
            number
        } else {
            *self.numbers.get(place)?
        };
        if let Some(used) = &mut self.used {
            used.push(number);
        }
        self.symbols.text(number)
    }

    /// A text that nothing repeats, and the bit beside it.
    pub(super) fn lone(&mut self) -> Option<(Text, bool)> {
        let code = self.number()?;
        Some((self.letters(code & 3)?, code >> 2 == 1))
    }

    /// A text that stands here in this form.
    fn letters(&mut self, form: u128) -> Option<Text> {
        match form {
            ID => Some(hyphenated(self.bits()?)),
            DIGITS => Some(digits(self.bits()?)),
            LETTERS => self.counted().map(Text::again),
            _ => None,
        }
    }

    /// So many letters.
    fn counted(&mut self) -> Option<&'b str> {
        let count = self.count()?;
        let (letters, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        std::str::from_utf8(letters).ok()
    }
}
