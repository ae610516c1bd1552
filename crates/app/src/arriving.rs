//! A file that is still arriving at a door, as something to read from on another thread.

use std::io::{self, Read};

/// What a door hands over while a file arrives.
pub enum Piece<B> {
    More(B),
    /// The file is whole. A door that falls silent without it means that the upload broke off.
    End,
}

/// Reads the pieces that `next` waits for; `None` when no more will come.
pub struct Arriving<B, F> {
    next: F,
    piece: Option<B>,
    /// Bytes of the piece that were read.
    read: usize,
    ended: bool,
}

impl<B: AsRef<[u8]>, F: FnMut() -> Option<Piece<B>>> Arriving<B, F> {
    pub fn new(next: F) -> Arriving<B, F> {
        Arriving {
            next,
            piece: None,
            read: 0,
            ended: false,
        }
    }

    fn rest(&self) -> &[u8] {
        self.piece
            .as_ref()
            .map_or(&[], |piece| &piece.as_ref()[self.read..])
    }
}

impl<B: AsRef<[u8]>, F: FnMut() -> Option<Piece<B>>> Read for Arriving<B, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest().is_empty() && !self.ended {
            match (self.next)() {
                Some(Piece::More(piece)) => (self.piece, self.read) = (Some(piece), 0),
                Some(Piece::End) => (self.piece, self.ended) = (None, true),
                None => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            }
        }
        let count = self.rest().read(buffer)?;
        self.read += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{Arriving, Piece};

    fn of(pieces: Vec<Piece<&'static str>>) -> impl std::io::Read {
        let mut pieces = pieces.into_iter();
        Arriving::new(move || pieces.next())
    }

    #[test]
    fn pieces_are_read_as_one_file() {
        use Piece::{End, More};
        let mut text = String::new();
        let mut file = of(vec![More("检验"), More(""), More("报告"), End]);
        assert_eq!(file.read_to_string(&mut text).unwrap(), 12);
        assert_eq!(text, "检验报告");
        assert_eq!(file.read(&mut [0; 4]).unwrap(), 0, "the end stays the end");
    }

    #[test]
    fn a_file_that_broke_off_is_no_whole_file() {
        let mut file = of(vec![Piece::More("检验")]);
        let broken = file.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(broken.kind(), std::io::ErrorKind::UnexpectedEof);
    }
}
