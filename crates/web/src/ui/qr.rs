//! A QR code as inline SVG: one path, no style, no script.

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;
/// Side of the picture on the page.
const SIDE_PIXELS: u32 = 240;

/// Nothing when the text is too long for a code.
pub fn qr(text: &str, label: &str) -> Option<Markup> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let side = code.width() + 2 * QUIET;
    let path = path(&code.to_colors(), code.width());
    Some(html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label=(label) width=(SIDE_PIXELS)
            height=(SIDE_PIXELS) viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" {
            // Always dark on light, in the dark theme too: many cameras read nothing else.
            rect width=(side) height=(side) fill="#fff" {}
            path fill="#000" d=(path) {}
        }
    })
}

/// Each run of dark modules of a row as one rectangle.
fn path(colours: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in colours.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_nothing_that_the_policy_refuses() {
        let svg = qr("otpauth://totp/Jinzhi:a?secret=ABC", "label").expect("short enough");
        let svg = svg.into_string();
        for refused in ["style", "<script", "onload", "href"] {
            assert!(!svg.contains(refused), "{refused}");
        }
        // The finder patterns: seven dark modules in the first row at both ends.
        assert!(svg.contains("M4 4h7v1h-7z") && svg.contains("M4 10h7v1h-7z"));
        assert!(qr(&"x".repeat(5_000), "label").is_none());
    }
}
