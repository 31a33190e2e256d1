import { describe, expect, it } from '@jest/globals'
import { emptyFolder, folderNotFound, unreadableFile } from '../../src/source/source-error.js'

describe('the errors of a folder', () => {
  it('say what to do', () => {
    expect(emptyFolder('out').message).toBe(
      'out holds no CSV file. A file is one model: its name is that of the model or of its table, and it ends in .csv or .tsv, packed or not. Name the folder that holds the CSV files.',
    )
    expect(folderNotFound('out', new Error('ENOENT: no such folder')).message).toBe(
      'The folder out cannot be read. The attempt ended with: ENOENT: no such folder. Name a folder that holds one CSV file per model.',
    )
    expect(unreadableFile('out/a.csv', new Error('EACCES')).message).toBe(
      'out/a.csv cannot be read. The attempt ended with: EACCES. Make the file readable, or remove it from the folder.',
    )
  })
})
