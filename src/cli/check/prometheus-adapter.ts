// Rules of prometheus-adapter, checked and told.
import { checkRules } from '../../app/adapter/check-rules.ts';
import { settingsOf, settingsOfFile } from '../../app/settings.ts';
import type { CommandIo } from '../command.ts';
import type { Words } from '../words.ts';
import { seriesToCheck } from './known-series.ts';
import { checkJson, checkText, isFine } from './report.ts';

export interface CheckCommand {
  readonly values: Words['values'];
  readonly io: CommandIo;
}

/** Rejects with a UserError where the file, the configuration or the series cannot be read. */
export async function checkAdapterFile(file: string, { values, io }: CheckCommand): Promise<number> {
  const { config } = typeof values['config'] === 'string' ? await settingsOfFile(values['config'], []) : settingsOf('the defaults', []);
  const known = await seriesToCheck({ file, config, values, io });
  const result = await checkRules({ file, config, known });
  io.stdout(values['json'] === true ? checkJson(result) : checkText(file, result));
  return isFine(result) ? 0 : 1;
}
