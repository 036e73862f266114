// What is still missing before a run can start, in the order of the form.
import type { Draft } from '../../app/draft';
import type { Project, Tool } from '../../api/types';
import { checkValues, valuesFor } from '../tools/parameterModel';
import { timeProblem } from '../tools/ParameterForm';

export function whatIsMissing(draft: Draft, project: Project | null, tool: Tool | undefined): string[] {
  const missing: string[] = [];
  if (!project) missing.push('choose a project');
  if (!tool) missing.push('choose a tool');
  else if (tool.status !== 'available') missing.push(`choose another tool: ${tool.name} is not available`);
  else {
    const { problems } = checkValues(tool, valuesFor(tool, draft.values));
    for (const parameter of tool.parameters) {
      if (problems[parameter.name]) missing.push(`correct “${parameter.title}”`);
    }
    if (timeProblem(tool, draft.timeoutSeconds)) missing.push('correct the time limit');
  }
  return missing;
}
