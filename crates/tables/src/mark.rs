//! Who took a table out of the house and when, written into the file itself.

/// How the last line of a marked CSV file begins; our reader takes the line for no row.
const BEGINS: &str = "# jinzhi · ";

/// What a file says of its taking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// For the properties of the file.
    pub author: String,
    /// Name of the sheet on which it stands, in a book.
    pub sheet: String,
    /// The whole in one line.
    pub line: String,
}

impl Mark {
    pub fn new(author: &str, sheet: &str, words: &str) -> Mark {
        Mark {
            author: author.to_owned(),
            sheet: sheet.to_owned(),
            line: format!("{BEGINS}{words}"),
        }
    }
}

/// Whether the cells are a mark and no row of the table.
pub(crate) fn is_mark<T: AsRef<str>>(cells: &[T]) -> bool {
    let Some((first, rest)) = cells.split_first() else {
        return false;
    };
    first.as_ref().starts_with(BEGINS) && rest.iter().all(|cell| cell.as_ref().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_no_row_and_a_row_is_no_mark() {
        let line = Mark::new("王", "导出说明", "王 · 2027-03-01").line;
        assert!(is_mark(&[line.as_str()]) && is_mark(&[line.as_str(), "", ""]));
        assert!(!is_mark(&[line.as_str(), "1"]) && !is_mark(&["# jinzhi"]));
        assert!(!is_mark::<&str>(&[]));
    }
}
