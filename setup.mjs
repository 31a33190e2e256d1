// Makes a bare clone ready: installs when the lockfile has changed, builds when a source is newer than dist/.
// Every `npm run` of the project starts with it, so that no step has to be known by heart.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import path from 'node:path'

const root = import.meta.dirname
const modified = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0)
const newest = (folder) =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => modified(path.join(entry.parentPath, entry.name))),
  )

const installed = modified(path.join(root, 'node_modules/.package-lock.json'))
if (installed < modified(path.join(root, 'package-lock.json'))) {
  console.error('Installing the dependencies …')
  // No install script is needed: the PostgreSQL binaries and the compilers come as packages. Not
  // `npm ci`, which refuses a lockfile without the optional packages of every other platform.
  execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
}

const sources = ['src', 'generator'].map((folder) => newest(path.join(root, folder)))
const settings = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.cjs.json',
  'build.mjs',
]
const changed = Math.max(...sources, ...settings.map((file) => modified(path.join(root, file))))
if (modified(path.join(root, 'dist/cjs/package.json')) < changed) {
  console.error('Building …')
  execFileSync(process.execPath, [path.join(root, 'build.mjs')], { stdio: 'inherit' })
}

// npm links a package's bin in the projects that install it, but not in the package itself.
const bin = path.join(root, 'node_modules/.bin/prisma-gyro')
rmSync(bin, { force: true })
if (process.platform !== 'win32') {
  symlinkSync('../../dist/src/bin.js', bin)
}
