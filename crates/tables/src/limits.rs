//! The limits that keep one bad file from taking the memory or the afternoon of the whole program.

/// The longest single cell of a CSV file. A quote that never closes runs into this first.
pub const FIELD_BYTES_MAX: usize = 1 << 20;
/// The longest row of a CSV file.
pub const ROW_BYTES_MAX: usize = 16 << 20;
/// The most columns of a row; the same as in a spreadsheet program.
pub const COLUMNS_MAX: usize = 16_384;
/// What a gz-compressed CSV file may unpack to.
pub const GZ_BYTES_MAX: u64 = 16 << 30;
/// What one part of an XLSX file that is held in memory (texts, styles) may unpack to.
pub const XLSX_PART_BYTES_MAX: u64 = 256 << 20;
/// What one sheet of an XLSX file may unpack to. Sheets are streamed, not held.
pub const XLSX_SHEET_BYTES_MAX: u64 = 4 << 30;
/// How many times larger than packed a part of an XLSX file may be. Real sheets reach 10 to 40.
pub const XLSX_RATIO_MAX: u64 = 250;
/// Parts smaller than this when unpacked are not judged by `XLSX_RATIO_MAX`.
pub const XLSX_RATIO_FREE_BYTES: u64 = 16 << 20;
/// The most parts in an XLSX file.
pub const XLSX_PARTS_MAX: usize = 10_000;
/// The most cells of one sheet.
pub const XLSX_CELLS_MAX: u64 = 100_000_000;
/// The longest text of a cell that a spreadsheet program takes, in UTF-16 units.
pub const XLSX_TEXT_UNITS_MAX: usize = 32_767;
/// The most rows of a sheet, header included; a longer table goes on in a further sheet.
pub const XLSX_ROWS_MAX: u32 = 1_048_576;

/// The limits of one reading, so that a door may be stricter than the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub field_bytes: usize,
    pub row_bytes: usize,
    pub columns: usize,
    pub gz_bytes: u64,
    pub xlsx_part_bytes: u64,
    pub xlsx_sheet_bytes: u64,
    pub xlsx_cells: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            field_bytes: FIELD_BYTES_MAX,
            row_bytes: ROW_BYTES_MAX,
            columns: COLUMNS_MAX,
            gz_bytes: GZ_BYTES_MAX,
            xlsx_part_bytes: XLSX_PART_BYTES_MAX,
            xlsx_sheet_bytes: XLSX_SHEET_BYTES_MAX,
            xlsx_cells: XLSX_CELLS_MAX,
        }
    }
}
