//! Small drawings as inline SVG in the colour of the text beside them.

use maud::{Markup, html};

/// What can be drawn. Every drawing stands beside its word, so all are hidden from screen readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Octagon,
    TwoTriangles,
    Triangle,
    Diamond,
    Disc,
    Question,
    Ring,
    Search,
    Info,
    Check,
    Warning,
    Cross,
    Up,
    Down,
    Copy,
    Plus,
    Empty,
}

pub fn icon(icon: Icon) -> Markup {
    html! {
        svg.icon viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            @match icon {
                Icon::Octagon => path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" {},
                Icon::TwoTriangles => path d="M4.6 2 9.2 14H0zM11.4 2 16 14H6.8z" {},
                Icon::Triangle => path d="M8 1.5 15.4 14.5H.6z" {},
                Icon::Diamond => path d="M8 .8 15.2 8 8 15.2.8 8z" {},
                Icon::Disc => circle cx="8" cy="8" r="6.6" {},
                Icon::Question => {
                    circle.line cx="8" cy="8" r="6.8" {}
                    path.line d="M6 6.3a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4" {}
                    circle cx="8" cy="11.8" r="1" {}
                },
                Icon::Ring => circle.line.bold cx="8" cy="8" r="5.6" {},
                Icon::Search => {
                    circle.line cx="7" cy="7" r="4.8" {}
                    path.line d="m10.6 10.6 4 4" {}
                },
                Icon::Info => {
                    circle.line cx="8" cy="8" r="6.8" {}
                    path.line d="M8 7.2v4.3" {}
                    circle cx="8" cy="4.7" r="1" {}
                },
                Icon::Check => {
                    circle.line cx="8" cy="8" r="6.8" {}
                    path.line d="m4.9 8.2 2.2 2.2 4-4.6" {}
                },
                Icon::Warning => {
                    path.line d="M8 1.8 15 14.2H1z" {}
                    path.line d="M8 6.4v3.4" {}
                    circle cx="8" cy="12" r="1" {}
                },
                Icon::Cross => {
                    path.line d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" {}
                    path.line d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" {}
                },
                Icon::Up => path d="M8 4 13 12H3z" {},
                Icon::Down => path d="M8 12 3 4h10z" {},
                Icon::Copy => {
                    path.line d="M5.5 5.5h8v9h-8z" {}
                    path.line d="M10.5 5.5v-4h-8v9h3" {}
                },
                Icon::Plus => path.line d="M8 2.5v11M2.5 8h11" {},
                Icon::Empty => {
                    path.line d="M1.5 9.5 4 3h8l2.5 6.5v4h-13z" {}
                    path.line d="M1.5 9.5h4l1 1.8h3l1-1.8h4" {}
                },
            }
        }
    }
}
