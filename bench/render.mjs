// Sections as text for a terminal and as Markdown for a file.

/** All sections under each other. Tables of `shop` take some 120 columns. */
export function renderText(sections) {
  return sections
    .map(({ title, about, head, rows, notes }) =>
      [
        `${title}, ${about}`,
        '',
        ...(rows.length === 0 ? [] : [...alignTable([...headLines(head), ...rows]), '']),
        ...notes,
      ]
        .join('\n')
        .trimEnd(),
    )
    .join('\n\n')
}

/** @param pictures Markdown of a picture, by the title of the section that shows it. */
export function renderMarkdown(sections, pictures) {
  return sections
    .map(({ title, about, head, rows, notes }) =>
      [
        `## ${title}`,
        `${about[0].toUpperCase()}${about.slice(1)}.`,
        ...(rows.length === 0 ? [] : [markdownTable(head, rows)]),
        ...(pictures[title] === undefined ? [] : [pictures[title]]),
        ...notes,
      ].join('\n\n'),
    )
    .join('\n\n')
}

function markdownTable(head, rows) {
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Names of columns on two lines, that no column is wider than its figures. */
function headLines(head) {
  const words = head.map((name) => {
    const cut = name.lastIndexOf(' ')
    return cut === -1 ? ['', name] : [name.slice(0, cut), name.slice(cut + 1)]
  })
  const lines = [words.map(([above]) => above), words.map(([, below]) => below)]
  return lines.filter((line) => line.some((cell) => cell !== ''))
}

/** First column to the left, numbers to the right. */
function alignTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  )
}
