/** `41203` as `41 203`. Takes text for numbers beyond 2^53. */
export function formatCount(count: number | string): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ' ')
}

/** `1 row`, `41 203 rows`. */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Powers of 1000: `812 B`, `5.1 MB`, `140 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  // 999.5 would be written as 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0
  return `${value.toFixed(digits)} ${units[unit]}`
}

/** `40 ms`, `3.2 s`, `45 s`, `2 min 05 s`, `1 h 03 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.0995) {
    return `${Math.ceil(seconds * 1000)} ms`
  }
  if (seconds < 59.5) {
    return `${seconds.toFixed(seconds < 9.95 && !Number.isInteger(seconds) ? 1 : 0)} s`
  }
  const whole = Math.round(seconds)
  const [high, low, units] =
    whole < 3600
      ? [Math.floor(whole / 60), whole % 60, ['min', 's']]
      : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), ['h', 'min']]
  return `${high} ${units[0]} ${String(low).padStart(2, '0')} ${units[1]}`
}

/** `98 000 rows/s`, with two digits that count: the rest is noise. Null when too little was measured. */
export function formatRate(rows: number, seconds: number): string | null {
  if (rows === 0 || seconds <= 0) {
    return null
  }
  const rate = rows / seconds
  return `${formatCount(Number(rate.toPrecision(2)))} rows/s`
}
